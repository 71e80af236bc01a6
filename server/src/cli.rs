//! The command line.

use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context as _, bail};
use clap::{Arg, ArgAction, ArgMatches, Command};
use domain::secret::Secret;

use crate::config::Config;
use crate::settings::{Kind, SETTINGS};
use crate::{certificate_command, check_policy_command, demo, printed, start, user_command};

/// Does what the command line says.
pub(crate) fn run() -> anyhow::Result<ExitCode> {
    let matches = command().get_matches();
    match matches.subcommand() {
        None | Some(("serve", _)) => start::serve(&Config::read(innermost(&matches))?)?,
        Some(("demo", rest)) => demo::run(Config::read(rest)?, rest.get_one("note").cloned())?,
        Some(("check-config", rest)) => {
            let config = Config::read(rest)?;
            start::check(&config)?;
            say("the settings are good")?;
        }
        Some(("settings", _)) => say(&documentation())?,
        Some(("user", rest)) => user_command::run(rest)?,
        Some(("key", rest)) => rotate_key(rest)?,
        Some(("certificate", rest)) => return certificate_command::run(rest),
        Some(("check-policy", rest)) => return check_policy_command::run(rest),
        Some((other, _)) => bail!("`{other}` is not a command"),
    }
    Ok(ExitCode::SUCCESS)
}

/// The text of a file that holds a password, without the line's end; `-` reads standard input.
pub(crate) fn password_from(path: &str) -> anyhow::Result<Secret> {
    let mut text = String::new();
    if path == "-" {
        std::io::stdin()
            .read_to_string(&mut text)
            .context("could not read the password from standard input")?;
    } else {
        text = std::fs::read_to_string(path)
            .with_context(|| format!("could not read the password file `{path}`"))?;
    }
    let kept = text.trim_end_matches(['\r', '\n']).len();
    text.truncate(kept);
    Ok(Secret::from(text))
}

/// For what a command is asked to print. A reader that has seen enough, as `head` has, is no failure.
pub(crate) fn say(text: &str) -> anyhow::Result<()> {
    match writeln!(std::io::stdout(), "{}", printed::lines(text)) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => {
            Err(error).context("could not write to standard output")
        }
        _ => Ok(()),
    }
}

fn command() -> Command {
    let password = Arg::new("password-file").long("password-file").required(true).value_name("FILE");
    let password = password.help("File whose first line is the password; `-` reads standard input");
    let name = Arg::new("name").required(true).value_name("NAME");
    let role = Arg::new("role").long("role").default_value("administrator").value_parser([
        "administrator",
        "publisher",
        "viewer",
    ]);
    Command::new("postern")
        .version(env!("CARGO_PKG_VERSION"))
        .about("API gateway with a publisher portal, for client certificates both ways")
        .args(settings())
        .subcommand(Command::new("serve").about("Run portal and gateway (the default)").args(settings()))
        .subcommand(
            Command::new("demo")
                .about("Run them with a sample API, a sample backend and a sample PFX")
                .args(settings())
                // What went before, such as a build, has something to say where it is read: at the end.
                .arg(Arg::new("note").long("note").value_name("TEXT").hide(true)),
        )
        .subcommand(check_policy_command::command())
        .subcommand(Command::new("check-config").about("Judge the settings and end").args(settings()))
        .subcommand(Command::new("settings").about("Print every setting as Markdown"))
        .subcommand(
            Command::new("user")
                .about("Users of the portal")
                .subcommand_required(true)
                .subcommand(Command::new("add").args([name.clone(), role, password.clone()]).args(settings()))
                .subcommand(Command::new("reset-password").args([name, password.clone()]).args(settings()))
                .subcommand(Command::new("list").args(settings())),
        )
        .subcommand(
            Command::new("key")
                .about("The master key that seals private keys at rest")
                .subcommand_required(true)
                .subcommand(
                    Command::new("rotate")
                        .about("Make a new master key and seal everything again")
                        .args(settings()),
                ),
        )
        .subcommand(
            Command::new("certificate").about("Certificate files").subcommand_required(true).subcommand(
                Command::new("inspect")
                    .about("Say what is in a PFX, and exit with 0 when it can be used")
                    .arg(Arg::new("file").required(true).value_name("FILE"))
                    .arg(password.required(false))
                    .arg(
                        Arg::new("json")
                            .long("json")
                            .action(ArgAction::SetTrue)
                            .help("Print one JSON object"),
                    ),
            ),
        )
}

fn settings() -> Vec<Arg> {
    let config = Arg::new("config")
        .long("config")
        .value_name("FILE")
        .help("Settings file (TOML); also POSTERN_CONFIG");
    let plain = SETTINGS.iter().filter(|setting| setting.kind == Kind::Plain);
    let flag = |setting: &crate::settings::Setting| {
        let default = if setting.default.is_empty() {
            String::new()
        } else {
            format!(" [default: {}]", setting.default)
        };
        Arg::new(setting.name)
            .long(setting.flag())
            .value_name("VALUE")
            .help(format!("{}{default}", setting.help))
            .hide_short_help(true)
    };
    std::iter::once(config).chain(plain.map(flag)).collect()
}

fn innermost(matches: &ArgMatches) -> &ArgMatches {
    matches.subcommand().map_or(matches, |(_, inner)| inner)
}

fn rotate_key(matches: &ArgMatches) -> anyhow::Result<()> {
    let config = Config::read(innermost(matches))?;
    let count = start::rotate_master_key(&config)?;
    say(&format!("sealed {count} keys with a new master key"))
}

/// Where a path would be, for messages.
pub(crate) fn absolute(path: &Path) -> PathBuf {
    std::path::absolute(path).unwrap_or_else(|_| path.to_owned())
}

/// Every setting as a Markdown page.
fn documentation() -> String {
    let mut page = String::from(PAGE_HEAD);
    for setting in SETTINGS {
        let default =
            if setting.default.is_empty() { "–".to_owned() } else { format!("`{}`", setting.default) };
        let flag = match setting.kind {
            Kind::Plain => format!("`--{}`", setting.flag()),
            Kind::Secret => "–".to_owned(),
        };
        page.push_str(&format!(
            "| `{}` | {default} | `{}` | {flag} | {} |\n",
            setting.name,
            setting.environment(),
            setting.help
        ));
    }
    page.trim_end().to_owned()
}

const PAGE_HEAD: &str = "# Settings

A flag wins over the environment, the environment over the file, the file over the default. The file is TOML, named by
`--config` or `POSTERN_CONFIG`; a setting `gateway.listen` is `listen` in the table `[gateway]` there. A wrong value or
an unknown name stops the start with a message that names it. `postern check-config` judges settings without starting,
`postern settings` prints this page.

| setting | default | environment | flag | meaning |
|---|---|---|---|---|
";
