//! What .NET makes of a certificate's names and of the whole of it.

use crate::datetime::DateTime;
use crate::datetime_format;
use crate::distinguished_name;
use crate::facts::Certificate;

impl Certificate {
    /// `ToString()`: blocks of a heading and a value.
    pub(crate) fn describe(&self) -> String {
        let time = |seconds| datetime_format::format(DateTime::from_unix_s(seconds), "").unwrap_or_default();
        let blocks = [
            ("Subject", self.subject.to_string()),
            ("Issuer", self.issuer.to_string()),
            ("Serial Number", self.serial_number.to_string()),
            ("Not Before", time(self.not_before_unix_s)),
            ("Not After", time(self.not_after_unix_s)),
            ("Thumbprint", self.thumbprint.to_string()),
        ];
        blocks.map(|(name, value)| format!("[{name}]\n  {value}\n")).join("\n")
    }

    /// `GetNameInfo(kind, forIssuer)`; empty if there is no such name.
    pub(crate) fn name_info(&self, kind: &str, for_issuer: bool) -> String {
        let name = if for_issuer { &self.issuer } else { &self.subject };
        let of_name = |types: &[&str]| {
            let parts = distinguished_name::parts(name);
            types
                .iter()
                .find_map(|wanted| {
                    let part = parts.iter().find(|(key, _)| key.eq_ignore_ascii_case(wanted));
                    part.map(|(_, value)| value.clone())
                })
                .unwrap_or_default()
        };
        let alternative = |found: &Option<String>| found.clone().filter(|_| !for_issuer);
        match kind {
            "EmailName" => {
                alternative(&self.alternative.email).unwrap_or_else(|| of_name(&["E", "emailAddress"]))
            }
            "UpnName" => alternative(&self.alternative.upn).unwrap_or_default(),
            "DnsName" => alternative(&self.alternative.dns).unwrap_or_else(|| of_name(&["CN"])),
            "DnsFromAlternativeName" => alternative(&self.alternative.dns).unwrap_or_default(),
            "UrlName" => alternative(&self.alternative.url).unwrap_or_default(),
            _ => of_name(&["CN", "OU", "O", "E"]),
        }
    }
}
