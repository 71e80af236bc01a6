//! `postern user`: users from the shell of whoever owns the data folder.

use anyhow::bail;
use clap::ArgMatches;
use domain::user::{Actor, Role};
use management::error::{Error, Problem};

use crate::cli::{password_from, say};
use crate::config::Config;
use crate::start;

/// Adds a user, resets a password, or lists users. The program may be running.
pub(crate) fn run(matches: &ArgMatches) -> anyhow::Result<()> {
    let Some((verb, matches)) = matches.subcommand() else { bail!("a verb is missing") };
    let management = start::management_alone(&Config::read(matches)?)?;
    if verb == "list" {
        for user in management.users(&Actor::System)? {
            say(&format!("{}\t{}", user.name, user.role.as_str()))?;
        }
        return Ok(());
    }
    let text = |name| matches.get_one::<String>(name).map(String::as_str).unwrap_or_default();
    let name = text("name");
    let password = password_from(text("password-file"))?;
    let done = if verb == "add" {
        let role = Role::from_word(text("role")).unwrap_or(Role::Viewer);
        management.add_user(&Actor::System, name, role, &password).map(|()| "added")
    } else {
        management
            .reset_password(&Actor::System, name, &password)
            .map(|()| "has a new password; signed out everywhere")
    };
    match done {
        Ok(what) => say(&format!("{name}: {what}"))?,
        Err(Error::NotFound) => bail!("there is no user `{name}`; `postern user list` shows all"),
        Err(Error::Invalid(problems)) => {
            bail!(problems.iter().map(|p| sentence(&p.problem)).collect::<Vec<_>>().join("; "))
        }
        Err(other) => return Err(other.into()),
    }
    Ok(())
}

fn sentence(problem: &Problem) -> String {
    match problem {
        Problem::BadName => domain::user::BadUserName.to_string(),
        Problem::NameTaken => "there is a user of this name already".to_owned(),
        Problem::WeakPassword(weak) => weak.to_string(),
        _ => "the password must be UTF-8 text".to_owned(),
    }
}
