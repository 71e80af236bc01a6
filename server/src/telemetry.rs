//! Where log lines go.

use std::io::{IsTerminal as _, stderr};

use anyhow::Context as _;
use tracing_subscriber::EnvFilter;

use crate::config::{Config, LogFormat};
use crate::printed::{Colours, LogWriter};

/// Sends log lines to standard error, in the chosen format: one line each, whatever stands in it. Faults of the
/// program are logged like everything else.
pub(crate) fn begin(config: &Config) -> anyhow::Result<()> {
    let filter = EnvFilter::try_new(&config.log).with_context(|| {
        format!("setting `log` is `{}`: write `info`, or a filter such as `info,gateway=debug`", config.log)
    })?;
    let colours = match config.log_format {
        LogFormat::Text if stderr().is_terminal() => Colours::On,
        LogFormat::Json | LogFormat::Text => Colours::Off,
    };
    let subscriber = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(colours == Colours::On)
        .with_writer(move || LogWriter::new(stderr(), colours));
    let begun = match config.log_format {
        LogFormat::Json => subscriber.json().flatten_event(true).try_init(),
        LogFormat::Text => subscriber.try_init(),
    };
    begun.map_err(|error| anyhow::anyhow!("could not begin logging: {error}"))?;
    app::panics::log_from_now_on();
    Ok(())
}
