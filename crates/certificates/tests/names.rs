//! Names are printed as .NET prints them on Windows: vectors from .NET's own tests.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fs;

use certificates::names::dotnet_name;
use serde::Deserialize;

#[derive(Deserialize)]
struct Vectors {
    vectors: Vec<Vector>,
}

#[derive(Deserialize)]
struct Vector {
    id: String,
    der: String,
    name: String,
}

#[test]
fn every_vector_prints_as_dotnet_prints_it() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/dotnet_names.json");
    let vectors: Vectors = serde_json::from_slice(&fs::read(path).unwrap()).unwrap();
    assert_eq!(vectors.vectors.len(), 75);
    let failures: Vec<String> = vectors.vectors.iter().filter_map(difference).collect();
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

fn difference(vector: &Vector) -> Option<String> {
    let on_windows = ONLY_ON_WINDOWS.iter().find(|(id, _)| *id == vector.id);
    let expected = on_windows.map_or(vector.name.as_str(), |(_, name)| name);
    let printed = dotnet_name(&octets(&vector.der));
    (printed != expected).then(|| format!("{}: `{printed}` and not `{expected}`", vector.id))
}

fn octets(hex: &str) -> Vec<u8> {
    hex.as_bytes()
        .chunks(2)
        .map(|pair| u8::from_str_radix(str::from_utf8(pair).unwrap(), 16).unwrap())
        .collect()
}

/// For these two the vectors give the empty text of .NET on Linux, and note what Windows prints.
const ONLY_ON_WINDOWS: &[(&str, &str)] =
    &[("derived_bad_printable", "O=Smith & Sons @ Work_shop"), ("derived_bmp_surrogate", "CN=\u{1f510}")];
