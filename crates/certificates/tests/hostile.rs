//! Hostile files are refused quickly and with little memory.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fs;
use std::time::{Duration, Instant};

use certificates::inspect::{Outcome, inspect};
use domain::secret::Secret;

// One test alone in this file, because the memory is that of the whole process.
#[test]
fn hostile_files_cost_little_time_and_memory() {
    let password = Secret::from("Passw0rd!".to_owned());
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/pfx");
    let mut files: Vec<(String, Vec<u8>)> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap())
        .map(|entry| (entry.file_name().into_string().unwrap(), fs::read(entry.path()).unwrap()))
        .filter(|(name, _)| name.starts_with("dos_"))
        .collect();
    assert!(files.len() > 20);
    files.push(("11 MiB".to_owned(), vec![0x30; 11 << 20]));
    files.push(("11 MiB of base64".to_owned(), [b"MII".to_vec(), vec![b'A'; 11 << 20]].concat()));
    for (name, file) in files {
        let begin = Instant::now();
        let inspection = inspect(&file, &password);
        let took = begin.elapsed();
        assert_ne!(inspection.outcome, Outcome::Ok, "{name}");
        // A tenth of it is the aim; the rest is for a machine that does other things, too.
        assert!(took < Duration::from_secs(1), "{name} took {took:?}");
    }
    let peak_kib = peak_memory_kib();
    assert!(peak_kib < 64 << 10, "{peak_kib} KiB");
}

fn peak_memory_kib() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}
