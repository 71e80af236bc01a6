//! The program `postern`: reads the command line and does what it says.

use std::process::ExitCode;

mod assets;
mod certificate_command;
mod check_policy_command;
mod cli;
mod config;
mod cross_site;
mod demo;
mod error;
mod feed;
mod headers;
mod router;
mod self_made;
mod session;
mod settings;
mod shutdown;
mod snippet;
mod start;
mod telemetry;
mod user_command;

/// Fewer instructions a request than the system's allocator, and no growth under load.
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

fn main() -> ExitCode {
    match cli::run() {
        Ok(code) => code,
        Err(problem) => {
            eprintln!("postern: {problem:#}");
            ExitCode::FAILURE
        }
    }
}
