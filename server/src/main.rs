//! The program `postern`: reads the command line and does what it says.

use std::process::ExitCode;

mod assets;
mod certificate_command;
mod check_policy_command;
mod cli;
mod client;
mod config;
mod connections;
mod cross_site;
mod demo;
mod descriptors;
mod edge;
mod error;
mod feed;
mod forms;
mod headers;
mod paced;
mod printed;
mod reached;
mod router;
mod seats;
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
    // Stored documents are compiled on it at the start: its stack must not depend on who starts the program.
    let main = std::thread::Builder::new().name("main".to_owned()).stack_size(policy::STACK_BYTES).spawn(run);
    match main.map(std::thread::JoinHandle::join) {
        Ok(Ok(code)) => code,
        // A panic has told of itself.
        Ok(Err(_)) => ExitCode::FAILURE,
        Err(problem) => {
            eprintln!("postern: could not start a thread: {problem}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> ExitCode {
    match cli::run() {
        Ok(code) => code,
        Err(problem) => {
            eprintln!("postern: {}", printed::line(&format!("{problem:#}")));
            ExitCode::FAILURE
        }
    }
}
