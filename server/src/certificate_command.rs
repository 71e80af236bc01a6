//! `postern certificate inspect`: the same reader as the upload's, from the shell.

use std::process::ExitCode;

use anyhow::Context as _;
use certificates::inspect::{Inspection, inspect};
use clap::ArgMatches;
use domain::secret::Secret;

use crate::cli::{password_from, say};
use crate::printed::line;

/// Prints what is in the file.
pub(crate) fn run(matches: &ArgMatches) -> anyhow::Result<ExitCode> {
    let Some(("inspect", matches)) = matches.subcommand() else { anyhow::bail!("`inspect` is missing") };
    let path = matches.get_one::<String>("file").map(String::as_str).unwrap_or_default();
    let password = matches.get_one::<String>("password-file").map(|file| password_from(file)).transpose()?;
    let file = read_bounded(path)?;
    let inspection = inspect(&file, &password.unwrap_or_else(|| Secret::new(Vec::new())));
    if matches.get_flag("json") {
        say(&inspection.to_json().to_string())?;
    } else {
        say(&as_text(&inspection))?;
    }
    Ok(if inspection.usable() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn as_text(inspection: &Inspection) -> String {
    let mut lines = vec![format!("{}: {}", inspection.outcome.word(), line(&inspection.message))];
    if let Some(leaf) = &inspection.leaf {
        lines.push(format!("subject     {}", line(&leaf.subject.to_string())));
        lines.push(format!("issuer      {}", line(&leaf.issuer.to_string())));
        lines.push(format!("thumbprint  {}", leaf.thumbprint));
        lines.push(format!("serial      {}", leaf.serial_number));
        lines.push(format!("valid       {} to {}", leaf.not_before.date(), leaf.not_after.date()));
        lines.push(format!("key         {}", line(&leaf.key_type.to_string())));
    }
    for (place, thumbprint) in inspection.chain.iter().enumerate().skip(1) {
        lines.push(format!("chain {place}     {thumbprint}"));
    }
    for thumbprint in &inspection.apart {
        lines.push(format!("apart       {thumbprint}"));
    }
    lines.join("\n")
}

/// No more than the reader would look at anyway.
fn read_bounded(path: &str) -> anyhow::Result<Vec<u8>> {
    use std::io::Read as _;
    let file = std::fs::File::open(path).with_context(|| format!("could not open `{path}`"))?;
    let mut bytes = Vec::new();
    file.take(LIMIT).read_to_end(&mut bytes).with_context(|| format!("could not read `{path}`"))?;
    Ok(bytes)
}

const LIMIT: u64 = 10 << 20;
