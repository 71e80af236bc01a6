//! Every setting: its name, its default and what it does. The one place where settings are documented; the file
//! `docs/configuration.md` is printed from it.

/// One setting. Its environment variable is `POSTERN_` and its name in capitals, dots and dashes as underscores; its
/// flag is `--` and its name, dots as dashes; in the file it stands in the table named before the dot.
pub(crate) struct Setting {
    pub(crate) name: &'static str,
    pub(crate) default: &'static str,
    pub(crate) help: &'static str,
    /// Whether it may stand on a command line, where other users of the machine can read it.
    pub(crate) kind: Kind,
}

/// Where a setting may come from.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Plain,
    /// Environment only.
    Secret,
}

impl Setting {
    pub(crate) fn environment(&self) -> String {
        format!("POSTERN_{}", self.name.to_ascii_uppercase().replace(['.', '-'], "_"))
    }

    pub(crate) fn flag(&self) -> String {
        self.name.replace('.', "-")
    }
}

const fn plain(name: &'static str, default: &'static str, help: &'static str) -> Setting {
    Setting { name, default, help, kind: Kind::Plain }
}

pub(crate) const SETTINGS: &[Setting] = &[
    plain(
        "data",
        "data",
        "Folder for the store, the master key and the self-made certificate. Made when missing.",
    ),
    plain(
        "portal.listen",
        "127.0.0.1:8080",
        "Address of the portal. From other machines it is reached through a TLS proxy only: browsers keep its cookies to https and to this machine. Over plain http the sign-in says so.",
    ),
    plain(
        "portal.trusted-proxies",
        "",
        "Address ranges of proxies in front of the portal, such as `10.0.0.0/8`, separated by commas. From there `X-Forwarded-For` is believed, so that failed sign-ins slow down the client that made them and nobody else behind the same proxy, and `X-Forwarded-Proto`, by which the portal knows that a browser came over https.",
    ),
    plain(
        "portal.max-connections",
        "256",
        "Connections to the portal at the same time. When all are taken, the one that has waited longest without a request is closed for a new one.",
    ),
    plain(
        "portal.timeout-idle",
        "30s",
        "How long a connection to the portal may wait: for the head of a request, between requests, for the next piece of a form or file, and for the browser to go on reading.",
    ),
    plain(
        "portal.timeout-whole",
        "5m",
        "How long a request to the portal may take in all, a file's upload included.",
    ),
    plain("portal.session-idle", "12h", "A session that isn't used for so long is over."),
    plain("portal.session-absolute", "7d", "A session is over so long after sign-in, used or not."),
    plain(
        "gateway.listen",
        "127.0.0.1:8443",
        "Addresses for callers over https, separated by commas. `0.0.0.0:8443` lets other machines in.",
    ),
    plain(
        "gateway.listen-plain",
        "",
        "Addresses for callers over plain http, separated by commas. Empty: none.",
    ),
    plain(
        "gateway.certificate",
        "",
        "PEM file with the gateway's own certificate and its chain. Empty: one is made at first start.",
    ),
    plain("gateway.key", "", "PEM file with the key of `gateway.certificate`."),
    plain(
        "gateway.threads",
        "0",
        "Threads that serve callers, each with connections of its own. 0: one a core.",
    ),
    plain(
        "gateway.max-connections",
        "20000",
        "Connections from callers at the same time; more are closed at once.",
    ),
    plain(
        "gateway.max-whole-body",
        "2MiB",
        "The longest body that a policy may look into or change, read whole into memory; a larger request is refused with 413. A compressed body counts as it comes and when it is decoded. Bodies that no policy looks into may have any length.",
    ),
    plain("gateway.region", "", "What policies read as `context.Deployment.Region`."),
    plain("gateway.service-name", "postern", "What policies read as `context.Deployment.ServiceName`."),
    plain("gateway.id", "managed", "What policies read as `context.Deployment.GatewayId`."),
    plain(
        "gateway.trusted-proxies",
        "",
        "Address ranges of proxies in front of the gateway, such as `10.0.0.0/8`, separated by commas. The gateway takes from them, and from nobody else, who the caller is: `X-Forwarded-For`, `X-Forwarded-Proto`, and the certificate in the field of `gateway.proxy-certificate-header`.",
    ),
    plain(
        "gateway.proxy-certificate-header",
        "",
        "The header field in which trusted proxies hand on a caller's certificate: `client-cert` (RFC 9440, with `client-cert-chain`), `x-forwarded-client-cert` (Envoy), `x-arr-clientcert` (Application Gateway) or `x-ssl-client-cert` (nginx, HAProxy). Each may hold DER in base64 or PEM, URL-encoded or not. The proxy must remove or overwrite what callers send in it; an empty or missing field means no certificate. Leave empty to use the certificate of the connection.",
    ),
    plain(
        "gateway.trusted-proxy-fields",
        "remove",
        "What happens to header fields in which trusted proxies say who the caller is. `remove`: policies and backends see only what the gateway says. `pass`: they see these fields too, for example a policy that reads `X-ARR-ClientCert` itself; the proxies must remove or overwrite what callers send in them. `X-Forwarded-For`, `-Host` and `-Proto`, `Forwarded` and `X-Request-Id` are always the gateway's own.",
    ),
    plain(
        "gateway.identity-fields",
        "",
        "Further header fields that say who the caller is and are removed from all requests but those of trusted proxies that may pass, separated by commas: names such as `x-corp-user`, or families such as `x-corp-cert-*`. The fields of common proxies, servers and clouds are known; see `docs/identity-fields.md`.",
    ),
    plain("gateway.access-log", "on", "`on`: one line a request. `off`: none."),
    plain(
        "gateway.refuse-addresses",
        "",
        "Addresses that no connection is made to, separated by commas: `loopback`, `link-local`, `private`, or ranges such as `10.0.0.0/8`. It counts for backends, calls of policies (`send-request`, OpenID configurations) and revocation lists, redirects included, whatever name leads there. Empty: none is refused.",
    ),
    plain("gateway.timeout-handshake", "10s", "How long a caller may take for the TLS handshake."),
    plain("gateway.timeout-header", "15s", "How long a caller may take to send the head of a request."),
    plain(
        "gateway.timeout-keep-alive",
        "75s",
        "How long a caller's connection may be idle between requests.",
    ),
    plain("gateway.timeout-connect", "5s", "How long connecting to a backend may take, TLS included."),
    plain(
        "gateway.timeout-first-byte",
        "5m",
        "How long a backend may take to begin its response. An API can set another limit, and so can `forward-request`.",
    ),
    plain(
        "gateway.timeout-backend-idle",
        "1h",
        "How long a backend may stay silent in the middle of a response, and how long both sides of an upgraded connection may. An API can set another limit.",
    ),
    plain(
        "gateway.timeout-whole",
        "none",
        "How long a request may take in all, from its head to the last byte of the response. `none`: as long as its bodies move. An API can set another limit. Upgraded connections are exempt.",
    ),
    plain(
        "gateway.timeout-idle",
        "60s",
        "How long a caller may stand still: send nothing more of a body, or take nothing of a response.",
    ),
    plain(
        "gateway.timeout-linger",
        "30s",
        "How long the gateway reads on after a response that came before the request's end, so that the caller gets to read it.",
    ),
    plain("gateway.drain", "30s", "How long requests in flight may go on after the program is told to stop."),
    plain(
        "traffic.keep-count",
        "2000",
        "Failed requests that are kept of each kind, at most 100000. When there are more, the oldest go first, those of the API with the most. 0: none is recorded.",
    ),
    plain(
        "traffic.keep-days",
        "30",
        "How many days failed requests are kept. 0: as long as `traffic.keep-count` leaves room.",
    ),
    plain(
        "log",
        "info",
        "What is logged: `error`, `warn`, `info`, `debug`, or a filter such as `info,gateway=debug`.",
    ),
    plain("log-format", "text", "`text` or `json`."),
    plain(
        "master-key-file",
        "",
        "File with the key that seals private keys at rest. Empty: `master.key` in the data folder, made at first start.",
    ),
    Setting {
        name: "master-key",
        default: "",
        help: "The same key as 64 hexadecimal digits, instead of the file. Only from the environment.",
        kind: Kind::Secret,
    },
];
