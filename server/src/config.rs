//! Settings from flags, environment, file and defaults, in this order, each judged at start.

use std::collections::HashMap;
use std::fmt::Display;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use clap::ArgMatches;
use domain::identity_fields::{IdentityFields, PatternError};
use domain::refused_addresses::RefusedAddresses;
use domain::secret::Secret;
use management::traffic::TrafficLimits;
use thiserror::Error;
use time::Duration;

use crate::settings::{Kind, SETTINGS, Setting};

/// Everything that can be set, valid.
#[derive(Debug)]
pub(crate) struct Config {
    pub(crate) data: PathBuf,
    pub(crate) portal: PortalConfig,
    pub(crate) sessions: management::users::SessionLimits,
    pub(crate) gateway: GatewayConfig,
    pub(crate) traffic: TrafficLimits,
    pub(crate) log: String,
    pub(crate) log_format: LogFormat,
    pub(crate) master_key: MasterKeySource,
}

/// The portal's part.
#[derive(Debug)]
pub(crate) struct PortalConfig {
    pub(crate) listen: SocketAddr,
    pub(crate) proxies: Vec<domain::address_range::AddressRange>,
    pub(crate) max_connections: usize,
    pub(crate) idle: std::time::Duration,
    pub(crate) whole: std::time::Duration,
}

/// The gateway's part.
#[derive(Debug)]
pub(crate) struct GatewayConfig {
    pub(crate) listen: Vec<SocketAddr>,
    pub(crate) listen_plain: Vec<SocketAddr>,
    /// Certificate and key file, or none for the self-made one.
    pub(crate) identity: Option<(PathBuf, PathBuf)>,
    pub(crate) threads: usize,
    pub(crate) max_connections: usize,
    pub(crate) access_log: gateway::settings::AccessLog,
    pub(crate) max_whole_body_bytes: usize,
    pub(crate) deployment: gateway::settings::Deployment,
    pub(crate) proxies: gateway::settings::Proxies,
    pub(crate) refused_addresses: RefusedAddresses,
    pub(crate) timeouts: gateway::settings::Timeouts,
    pub(crate) drain: std::time::Duration,
}

/// How log lines are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LogFormat {
    Json,
    Text,
}

/// Where the master key comes from.
#[derive(Debug)]
pub(crate) enum MasterKeySource {
    Environment(Secret),
    File(PathBuf),
}

/// A setting that can't be used; the message names it, where it came from and what would do.
#[derive(Debug, Error)]
pub(crate) enum ConfigError {
    #[error("setting `{name}` ({origin}) is `{value}`: {remedy}")]
    Bad { name: &'static str, origin: String, value: String, remedy: String },
    #[error("{origin}: there is no setting `{name}`{suggestion}")]
    Unknown { origin: String, name: String, suggestion: String },
    #[error("setting `{name}` may only come from the environment, as {variable}")]
    SecretInFile { name: &'static str, variable: String },
    #[error("`gateway.certificate` and `gateway.key` belong together: set both or none")]
    HalfIdentity,
    #[error("could not read the settings file `{path}`")]
    Unreadable { path: String, source: std::io::Error },
    #[error("the settings file `{path}` isn't TOML: {problem}")]
    NotToml { path: String, problem: String },
}

impl Config {
    /// Reads everything and judges it.
    pub(crate) fn read(matches: &ArgMatches) -> Result<Self, ConfigError> {
        Values::collect(matches)?.config()
    }
}

/// The winning value of each setting, with where it came from.
struct Values(HashMap<&'static str, (String, String)>);

impl Values {
    fn collect(matches: &ArgMatches) -> Result<Self, ConfigError> {
        let mut values = HashMap::new();
        for setting in SETTINGS {
            values.insert(setting.name, (setting.default.to_owned(), "default".to_owned()));
        }
        if let Some((path, origin)) = file_path(matches) {
            read_file(&path, &origin, &mut values)?;
        }
        read_environment(&mut values)?;
        for setting in SETTINGS.iter().filter(|setting| setting.kind == Kind::Plain) {
            if let Ok(Some(value)) = matches.try_get_one::<String>(setting.name) {
                values.insert(setting.name, (value.clone(), format!("flag --{}", setting.flag())));
            }
        }
        Ok(Self(values))
    }

    fn config(&self) -> Result<Config, ConfigError> {
        let data = PathBuf::from(self.text("data"));
        Ok(Config {
            portal: self.portal()?,
            sessions: management::users::SessionLimits {
                idle: self.duration("portal.session-idle")?,
                absolute: self.duration("portal.session-absolute")?,
            },
            gateway: self.gateway()?,
            traffic: self.traffic()?,
            log: self.text("log").to_owned(),
            log_format: self.one_of("log-format", &[("text", LogFormat::Text), ("json", LogFormat::Json)])?,
            master_key: self.master_key(&data),
            data,
        })
    }

    fn portal(&self) -> Result<PortalConfig, ConfigError> {
        let wait = |name| self.duration(name).map(Duration::unsigned_abs);
        let most =
            self.parsed::<std::num::NonZeroUsize>("portal.max-connections", "write a number from 1 on")?;
        Ok(PortalConfig {
            listen: self.parsed("portal.listen", "write an address and port such as 127.0.0.1:8080")?,
            proxies: self.list("portal.trusted-proxies", RANGES)?,
            max_connections: most.get(),
            idle: wait("portal.timeout-idle")?,
            whole: wait("portal.timeout-whole")?,
        })
    }

    fn gateway(&self) -> Result<GatewayConfig, ConfigError> {
        use gateway::settings::{AccessLog, Deployment, Timeouts};
        let wait = |name| self.duration(name).map(Duration::unsigned_abs);
        Ok(GatewayConfig {
            listen: self.addresses("gateway.listen")?,
            listen_plain: self.addresses("gateway.listen-plain")?,
            identity: self.identity()?,
            threads: self.parsed("gateway.threads", "write a number, or 0 for one a core")?,
            max_connections: self.parsed("gateway.max-connections", "write a number")?,
            access_log: self
                .one_of("gateway.access-log", &[("on", AccessLog::On), ("off", AccessLog::Off)])?,
            max_whole_body_bytes: size_bytes(self.text("gateway.max-whole-body")).ok_or_else(|| {
                self.bad("gateway.max-whole-body", "write a size such as 512KiB or 2MiB, at most 1GiB")
            })?,
            deployment: Deployment {
                region: self.text("gateway.region").to_owned(),
                service_name: self.text("gateway.service-name").to_owned(),
                gateway_id: self.text("gateway.id").to_owned(),
            },
            proxies: self.proxies()?,
            refused_addresses: RefusedAddresses::of(self.list(
                "gateway.refuse-addresses",
                "write loopback, link-local, private or ranges such as 10.0.0.0/8, separated by commas",
            )?),
            timeouts: Timeouts {
                handshake: wait("gateway.timeout-handshake")?,
                header_read: wait("gateway.timeout-header")?,
                keep_alive: wait("gateway.timeout-keep-alive")?,
                connect: wait("gateway.timeout-connect")?,
                first_byte: wait("gateway.timeout-first-byte")?,
                backend_idle: wait("gateway.timeout-backend-idle")?,
                whole: match self.text("gateway.timeout-whole") {
                    "none" => None,
                    _ => Some(wait("gateway.timeout-whole")?),
                },
                idle: wait("gateway.timeout-idle")?,
                linger: wait("gateway.timeout-linger")?,
                ..Timeouts::default()
            },
            drain: wait("gateway.drain")?,
        })
    }

    fn traffic(&self) -> Result<TrafficLimits, ConfigError> {
        let number = |name, most: u32| {
            let found = self.text(name).parse().ok().filter(|number| *number <= most);
            found.ok_or_else(|| self.bad(name, format!("write a number from 0 to {most}")))
        };
        let days = number("traffic.keep-days", 3650)?;
        Ok(TrafficLimits {
            most_of_a_kind: number("traffic.keep-count", 100_000)?,
            longest: (days > 0).then(|| Duration::days(days.into())),
        })
    }

    fn proxies(&self) -> Result<gateway::settings::Proxies, ConfigError> {
        use gateway::settings::{CertificateField, Proxies, ProxyClaims};
        let field = self.text("gateway.proxy-certificate-header");
        let known = CertificateField::ALL.into_iter();
        let found = known.clone().find(|known| known.name().as_str().eq_ignore_ascii_case(field));
        if found.is_none() && !field.is_empty() {
            let names = known.map(|known| format!("`{}`", known.name())).collect::<Vec<_>>().join(", ");
            return Err(
                self.bad("gateway.proxy-certificate-header", format!("write one of {names}, or nothing"))
            );
        }
        let trusted = self.list("gateway.trusted-proxies", RANGES)?;
        let claims = self.one_of(
            "gateway.trusted-proxy-fields",
            &[("remove", ProxyClaims::Remove), ("pass", ProxyClaims::Pass)],
        )?;
        Ok(Proxies { trusted, certificate_field: found, identity_fields: self.identity_fields()?, claims })
    }

    fn identity_fields(&self) -> Result<IdentityFields, ConfigError> {
        let name = "gateway.identity-fields";
        let added =
            self.parts(name).map(|part| part.parse().map_err(|error: PatternError| self.bad(name, error)));
        Ok(IdentityFields::with(added.collect::<Result<Vec<_>, _>>()?))
    }

    fn identity(&self) -> Result<Option<(PathBuf, PathBuf)>, ConfigError> {
        match (self.text("gateway.certificate"), self.text("gateway.key")) {
            ("", "") => Ok(None),
            ("", _) | (_, "") => Err(ConfigError::HalfIdentity),
            (certificate, key) => Ok(Some((certificate.into(), key.into()))),
        }
    }

    fn master_key(&self, data: &Path) -> MasterKeySource {
        match (self.text("master-key"), self.text("master-key-file")) {
            ("", "") => MasterKeySource::File(data.join("master.key")),
            ("", file) => MasterKeySource::File(file.into()),
            (key, _) => MasterKeySource::Environment(Secret::from(key.to_owned())),
        }
    }

    fn text(&self, name: &'static str) -> &str {
        self.0.get(name).map_or("", |(value, _)| value.as_str())
    }

    fn parsed<T: FromStr>(&self, name: &'static str, remedy: &str) -> Result<T, ConfigError> {
        self.text(name).parse().map_err(|_| self.bad(name, remedy))
    }

    fn addresses(&self, name: &'static str) -> Result<Vec<SocketAddr>, ConfigError> {
        self.list(name, "write addresses such as 0.0.0.0:8443, separated by commas")
    }

    fn list<T: FromStr>(&self, name: &'static str, remedy: &str) -> Result<Vec<T>, ConfigError> {
        self.parts(name).map(|part| part.parse().map_err(|_| self.bad(name, remedy))).collect()
    }

    fn parts(&self, name: &'static str) -> impl Iterator<Item = &str> {
        self.text(name).split(',').map(str::trim).filter(|part| !part.is_empty())
    }

    fn one_of<T: Copy>(&self, name: &'static str, choices: &[(&str, T)]) -> Result<T, ConfigError> {
        let words = choices.iter().map(|(word, _)| format!("`{word}`")).collect::<Vec<_>>().join(" or ");
        let found = choices.iter().find(|(word, _)| *word == self.text(name));
        found.map(|(_, value)| *value).ok_or_else(|| self.bad(name, format!("write {words}")))
    }

    fn duration(&self, name: &'static str) -> Result<Duration, ConfigError> {
        duration(self.text(name))
            .ok_or_else(|| self.bad(name, "write a time such as 500ms, 30s, 5m, 12h or 7d"))
    }

    fn bad(&self, name: &'static str, remedy: impl Display) -> ConfigError {
        let (value, origin) = self.0.get(name).cloned().unwrap_or_default();
        ConfigError::Bad { name, origin, value, remedy: remedy.to_string() }
    }
}

const RANGES: &str = "write ranges such as 10.0.0.0/8, separated by commas";

fn file_path(matches: &ArgMatches) -> Option<(PathBuf, String)> {
    if let Ok(Some(path)) = matches.try_get_one::<String>("config") {
        return Some((path.into(), "flag --config".to_owned()));
    }
    Some((variable("POSTERN_CONFIG")?.into(), "environment POSTERN_CONFIG".to_owned()))
}

fn read_file(
    path: &Path,
    origin: &str,
    values: &mut HashMap<&'static str, (String, String)>,
) -> Result<(), ConfigError> {
    let shown = format!("{} ({origin})", path.display());
    let text = std::fs::read_to_string(path)
        .map_err(|source| ConfigError::Unreadable { path: shown.clone(), source })?;
    let table: toml::Table = text.parse().map_err(|error: toml::de::Error| ConfigError::NotToml {
        path: shown,
        problem: error.message().to_owned(),
    })?;
    let origin = format!("file {}", path.display());
    for (key, value) in table {
        match value {
            toml::Value::Table(inner) => {
                for (name, value) in inner {
                    put(&format!("{key}.{name}"), &value, &origin, values)?;
                }
            }
            value => put(&key, &value, &origin, values)?,
        }
    }
    Ok(())
}

fn put(
    name: &str,
    value: &toml::Value,
    origin: &str,
    values: &mut HashMap<&'static str, (String, String)>,
) -> Result<(), ConfigError> {
    let setting = known(name, origin)?;
    if setting.kind == Kind::Secret {
        return Err(ConfigError::SecretInFile { name: setting.name, variable: setting.environment() });
    }
    let text = match value {
        toml::Value::String(text) => text.clone(),
        toml::Value::Array(parts) => {
            let text = |part: &toml::Value| part.as_str().map_or_else(|| part.to_string(), str::to_owned);
            parts.iter().map(text).collect::<Vec<_>>().join(",")
        }
        other => other.to_string(),
    };
    values.insert(setting.name, (text, origin.to_owned()));
    Ok(())
}

fn read_environment(values: &mut HashMap<&'static str, (String, String)>) -> Result<(), ConfigError> {
    for (key, value) in std::env::vars_os() {
        let (Some(key), Some(value)) = (key.to_str(), value.to_str()) else { continue };
        if !key.starts_with("POSTERN_") || key == "POSTERN_CONFIG" {
            continue;
        }
        let Some(setting) = SETTINGS.iter().find(|setting| setting.environment() == key) else {
            let known = SETTINGS.iter().map(Setting::environment).collect::<Vec<_>>();
            let suggestion = suggestion(key, known.iter().map(String::as_str));
            return Err(ConfigError::Unknown {
                origin: "environment".to_owned(),
                name: key.to_owned(),
                suggestion,
            });
        };
        values.insert(setting.name, (value.to_owned(), format!("environment {key}")));
    }
    Ok(())
}

fn known(name: &str, origin: &str) -> Result<&'static Setting, ConfigError> {
    SETTINGS.iter().find(|setting| setting.name == name).ok_or_else(|| ConfigError::Unknown {
        origin: origin.to_owned(),
        name: name.to_owned(),
        suggestion: suggestion(name, SETTINGS.iter().map(|setting| setting.name)),
    })
}

/// The known name that is most like what was written.
fn suggestion<'a>(written: &str, known: impl Iterator<Item = &'a str>) -> String {
    let likeness = |name: &&str| strsim::normalized_damerau_levenshtein(name, written);
    let nearest = known.max_by(|a, b| likeness(a).total_cmp(&likeness(b)));
    nearest.map(|name| format!("; did you mean `{name}`?")).unwrap_or_default()
}

/// `500ms`, `30s`, `5m`, `12h`, `7d`.
fn duration(text: &str) -> Option<Duration> {
    let at = text.find(|c: char| !c.is_ascii_digit())?;
    let (number, unit) = text.split_at(at);
    let number: u32 = number.parse().ok().filter(|number| *number > 0)?;
    let number = i64::from(number);
    match unit {
        "ms" => Some(Duration::milliseconds(number)),
        "s" => Some(Duration::seconds(number)),
        "m" => Some(Duration::minutes(number)),
        "h" => Some(Duration::hours(number)),
        "d" => Some(Duration::days(number)),
        _ => None,
    }
}

/// `512KiB`, `2MiB`; at most 1 GiB.
fn size_bytes(text: &str) -> Option<usize> {
    let at = text.find(|c: char| !c.is_ascii_digit())?;
    let (number, unit) = text.split_at(at);
    let shift = match unit {
        "B" => 0,
        "KiB" => 10,
        "MiB" => 20,
        "GiB" => 30,
        _ => return None,
    };
    let bytes = number.parse::<u64>().ok()?.checked_mul(1 << shift)?;
    usize::try_from(bytes).ok().filter(|bytes| *bytes > 0 && *bytes <= 1 << 30)
}

#[expect(clippy::disallowed_methods, reason = "this is where settings are read")]
fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

#[cfg(test)]
mod tests {
    use time::Duration;

    use super::{duration, known, size_bytes};

    #[test]
    fn a_time_needs_a_number_and_a_unit() {
        assert_eq!(duration("500ms"), Some(Duration::milliseconds(500)));
        assert_eq!(duration("7d"), Some(Duration::days(7)));
        for text in ["", "5", "s", "0s", "5 s", "-5s", "5w"] {
            assert_eq!(duration(text), None, "{text}");
        }
    }

    #[test]
    fn a_size_needs_a_number_and_a_unit() {
        assert_eq!(size_bytes("512KiB"), Some(512 << 10));
        assert_eq!(size_bytes("1GiB"), Some(1 << 30));
        for text in ["", "5", "MiB", "0MiB", "2GiB", "-1MiB", "5MB", "99999999999999999999B"] {
            assert_eq!(size_bytes(text), None, "{text}");
        }
    }

    #[test]
    fn a_misspelt_setting_is_answered_with_the_right_one() {
        let Err(error) = known("gateway.listn", "file x") else { panic!("it is no setting") };
        assert!(error.to_string().contains("did you mean `gateway.listen`"), "{error}");
    }
}
