//! Makes the folder of the browser library before the program is compiled.
//!
//! The program embeds that folder by its real path, which only an existing folder has: compiled without it, it would
//! never find a library that is built later.

use std::path::Path;

fn main() -> std::io::Result<()> {
    let library = Path::new("../target/site/pkg");
    println!("cargo::rerun-if-changed={}", library.display());
    std::fs::create_dir_all(library)
}
