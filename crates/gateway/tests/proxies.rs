//! Callers behind a trusted proxy: their certificates and addresses come in fields, from nobody else.

#![expect(clippy::indexing_slicing, clippy::unwrap_used, reason = "what can't be set up has failed its test")]

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use certificates::x509;
use domain::uploaded::{Uploaded, UploadedCertificate};
use gateway::settings::{CertificateField, Proxies, ProxyClaims};
use http::{Method, StatusCode};
use serde_json::Value;
use testkit::authority::{Authority, Leaf};
use testkit::client::{Client, request};
use testkit::gateway::{Configuration, TestGateway, policy};
use testkit::upstream::Upstream;

const FROM_HERE: &str = "127.0.0.0/8";
const FROM_ELSEWHERE: &str = "10.0.0.0/8";

/// A gateway that answers with the caller's thumbprint and address.
fn gateway(trusted: &str, field: Option<CertificateField>) -> TestGateway {
    let authority = Authority::new("test");
    let document = policy::inbound(
        "<return-response><set-body>@((context.Request.Certificate == null ? \"nobody\" : \
         context.Request.Certificate.Thumbprint) + \" \" + context.Request.IpAddress)</set-body></return-response>",
    );
    let apis = Configuration::trusting(&authority).api_with("", "http://localhost:1", &document);
    TestGateway::start_with(authority, &apis, |settings| {
        let trusted = vec![trusted.parse().unwrap()];
        settings.proxies = Proxies { trusted, certificate_field: field, ..Proxies::default() };
    })
}

/// What a caller who sends these fields is taken for.
async fn taken_for(client: &Client, fields: &[(&str, &str)]) -> Result<String, StatusCode> {
    let mut request = request(Method::GET, "/", "");
    for (name, value) in fields {
        let name: http::HeaderName = name.parse().unwrap();
        request.headers_mut().append(name, value.parse().unwrap());
    }
    let answer = client.send(request).await;
    if answer.status == StatusCode::OK { Ok(answer.text()) } else { Err(answer.status) }
}

fn base64(leaf: &Leaf) -> String {
    BASE64_STANDARD.encode(&leaf.chain[0])
}

fn pem(leaf: &Leaf) -> String {
    let lines = format!("-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n", base64(leaf));
    lines.replace('+', "%2B").replace('=', "%3D").replace('\n', "%0A").replace(' ', "%20")
}

/// The certificate in every way in which a field may hold it.
fn writings(leaf: &Leaf) -> Vec<(&'static str, String)> {
    let der = base64(leaf);
    let lines = der.as_bytes().chunks(64).map(|line| String::from_utf8_lossy(line).into_owned());
    let lines: Vec<String> = lines.collect();
    let (begin, end) = ("-----BEGIN CERTIFICATE-----", "-----END CERTIFICATE-----");
    let in_lines = |ending: &str| format!("{begin}{ending}{}{ending}{end}{ending}", lines.join(ending));
    let pem = in_lines("\n");
    vec![
        ("DER", der.clone()),
        ("DER without padding", der.trim_end_matches('=').to_owned()),
        ("DER between colons", format!(":{der}:")),
        ("DER with the alphabet of URLs", der.replace('+', "-").replace('/', "_")),
        ("DER in lines", lines.join(" ")),
        ("DER, URL-encoded", escaped(&der)),
        ("DER in lines, URL-encoded", escaped(&lines.join("\r\n"))),
        ("PEM, URL-encoded", escaped(&pem)),
        ("PEM, URL-encoded in lower case", escaped(&pem).replace("%2B", "%2b").replace("%2F", "%2f")),
        ("PEM, its base64 not encoded", pem.replace('\n', "%0A").replace(' ', "%20")),
        ("PEM as a form", escaped(&pem).replace("%20", "+")),
        ("PEM with line ends of Windows", escaped(&in_lines("\r\n"))),
        ("PEM between colons", format!(":{}:", escaped(&pem))),
        ("PEM with blanks for line ends", in_lines(" ")),
        ("PEM with tabs for line ends", in_lines("\t")),
        ("PEM without line ends", in_lines("")),
    ]
}

fn escaped(text: &str) -> String {
    let pairs =
        [('%', "%25"), ('+', "%2B"), ('/', "%2F"), ('=', "%3D"), (' ', "%20"), ('\r', "%0D"), ('\n', "%0A")];
    pairs.iter().fold(text.to_owned(), |text, (from, to)| text.replace(*from, to))
}

/// The way in which each field carries a certificate.
fn written(field: CertificateField, leaf: &Leaf) -> String {
    match field {
        CertificateField::ClientCert => format!(":{}:", base64(leaf)),
        CertificateField::ForwardedClientCert => {
            format!("By=spiffe://us;Hash=00;Subject=\"CN=a;b,c\";Cert=\"{}\"", pem(leaf))
        }
        CertificateField::ArrClientCert => base64(leaf),
        CertificateField::SslClientCert => pem(leaf),
    }
}

#[tokio::test]
async fn a_trusted_proxy_hands_certificates_on_in_each_of_the_four_ways() {
    let partners = Authority::new("partners");
    let (first, second) = (partners.client("first"), partners.client("second"));
    for field in CertificateField::ALL {
        let gateway = gateway(FROM_HERE, Some(field));
        for client in [gateway.plain_client(), gateway.client(), gateway.client().http2()] {
            for leaf in [&first, &first, &second] {
                let sent = [(field.name().as_str(), written(field, leaf))];
                let sent = sent.each_ref().map(|(name, value)| (*name, value.as_str()));
                let expected = format!("{} 127.0.0.1", leaf.thumbprint());
                assert_eq!(taken_for(&client, &sent).await, Ok(expected), "{field:?}");
            }
            assert_eq!(taken_for(&client, &[]).await.unwrap(), "nobody 127.0.0.1", "{field:?}");
        }
    }
}

#[tokio::test]
async fn how_a_certificate_is_written_is_found_out_whatever_the_field() {
    let leaf = Authority::new("partners").client("first");
    let expected = format!("{} 127.0.0.1", leaf.thumbprint());
    for field in CertificateField::ALL {
        let gateway = gateway(FROM_HERE, Some(field));
        for (writing, value) in writings(&leaf) {
            let taken = taken_for(&gateway.plain_client(), &[(field.name().as_str(), &value)]).await;
            assert_eq!(taken.as_ref(), Ok(&expected), "{field:?}: {writing}");
        }
    }
    let gateway = gateway(FROM_HERE, Some(CertificateField::ForwardedClientCert));
    for (writing, value) in writings(&leaf) {
        let element = format!("Hash=00;Cert=\"{value}\"");
        let taken = taken_for(&gateway.plain_client(), &[("x-forwarded-client-cert", &element)]).await;
        assert_eq!(taken.as_ref(), Ok(&expected), "{writing}");
    }
}

#[tokio::test]
async fn the_certificate_of_the_proxy_itself_is_nobodys() {
    let gateway = gateway(FROM_HERE, Some(CertificateField::ArrClientCert));
    let proxy = gateway.client().showing(Authority::new("proxies").client("proxy").certified_key());
    assert_eq!(taken_for(&proxy, &[]).await.unwrap(), "nobody 127.0.0.1");
    assert_eq!(taken_for(&proxy, &[("x-arr-clientcert", "")]).await.unwrap(), "nobody 127.0.0.1");
}

#[tokio::test]
async fn nobody_else_is_believed() {
    let leaf = Authority::new("partners").client("victim");
    let caller = Authority::new("partners").client("caller");
    for field in CertificateField::ALL {
        let gateway = gateway(FROM_ELSEWHERE, Some(field));
        let value = written(field, &leaf);
        let sent = [(field.name().as_str(), value.as_str()), ("x-forwarded-for", "6.6.6.6")];
        assert_eq!(taken_for(&gateway.client(), &sent).await.unwrap(), "nobody 127.0.0.1");
        let own = gateway.client().showing(caller.certified_key());
        assert_eq!(taken_for(&own, &sent).await.unwrap(), format!("{} 127.0.0.1", caller.thumbprint()));
    }
}

#[tokio::test]
async fn only_the_field_that_was_chosen_is_read() {
    let leaf = Authority::new("partners").client("victim");
    let gateway = gateway(FROM_HERE, Some(CertificateField::ClientCert));
    let value = written(CertificateField::ArrClientCert, &leaf);
    let taken = taken_for(&gateway.plain_client(), &[("x-arr-clientcert", &value)]).await;
    assert_eq!(taken.unwrap(), "nobody 127.0.0.1");
}

#[tokio::test]
async fn a_field_that_holds_anything_but_one_certificate_is_refused() {
    let partners = Authority::new("partners");
    let (one, other) = (partners.client("one"), partners.client("other"));
    for field in CertificateField::ALL {
        let gateway = gateway(FROM_HERE, Some(field));
        let good = written(field, &one);
        let both = format!("{good},{}", written(field, &other));
        let two_pems = format!("{}{}", pem(&one), pem(&other));
        let halved = &good[..good.len() / 2];
        let nothing = BASE64_STANDARD.encode("not a certificate");
        let der = base64(&one);
        let mut bad: Vec<String> = vec![both, two_pems, halved.to_owned(), nothing.clone()];
        bad.extend(
            ["(null)", "MIIB", "%", "%4", "Hash=00", ":", "::", "-----", "undefined"].map(str::to_owned),
        );
        bad.extend([
            format!(":{nothing}:"),
            format!(":{der}"),
            format!("{der}:"),
            format!("{der} {der}"),
            format!("{der},"),
            format!("x {}", pem(&one)),
            format!("{} x", pem(&one)),
            format!("{}{der}", pem(&one)),
            pem(&one).replace("END%20CERTIFICATE", "END%20PRIVATE%20KEY"),
            pem(&one).replace("CERTIFICATE", "PRIVATE%20KEY"),
            pem(&one).replace("-----END", "----END"),
            pem(&one).replace("BEGIN%20CERTIFICATE-----", "BEGIN%20CERTIFICATE-----%0AProc-Type:%20x%0A"),
            escaped(&pem(&one)),
            format!("\"{der}\""),
            BASE64_STANDARD.encode([&one.chain[0][..], &[0]].concat()),
            BASE64_STANDARD.encode([&one.chain[0][..], &other.chain[0][..]].concat()),
        ]);
        for bad in &bad {
            let taken = taken_for(&gateway.plain_client(), &[(field.name().as_str(), bad)]).await;
            assert_eq!(taken, Err(StatusCode::BAD_REQUEST), "{field:?}: {bad}");
        }
        let name = field.name().as_str();
        for second in [good.as_str(), ""] {
            let taken = taken_for(&gateway.plain_client(), &[(name, &good), (name, second)]).await;
            assert_eq!(taken, Err(StatusCode::BAD_REQUEST), "{field:?} twice");
        }
    }
}

#[tokio::test]
async fn the_nearest_address_that_is_no_proxys_is_the_callers() {
    let gateway = gateway(FROM_HERE, None);
    let client = gateway.plain_client();
    for (sent, expected) in [
        ("203.0.113.9", "203.0.113.9"),
        ("6.6.6.6, 203.0.113.9", "203.0.113.9"),
        ("6.6.6.6, 203.0.113.9, 127.0.0.7", "203.0.113.9"),
        ("203.0.113.9:4711", "203.0.113.9"),
        ("[2001:db8::1]:4711", "2001:db8::1"),
        ("6.6.6.6, unknown", "127.0.0.1"),
        ("", "127.0.0.1"),
    ] {
        let taken = taken_for(&client, &[("x-forwarded-for", sent)]).await.unwrap();
        assert_eq!(taken, format!("nobody {expected}"), "{sent}");
    }
}

#[tokio::test]
async fn a_backend_hears_what_the_proxy_said_of_the_caller() {
    let upstream = Upstream::plain().await;
    let authority = Authority::new("test");
    let apis = Configuration::trusting(&authority).api("", &upstream.url("http"));
    let gateway = TestGateway::start_with(authority, &apis, |settings| {
        settings.proxies.trusted = vec![FROM_HERE.parse().unwrap()];
    });
    let sent = [("x-forwarded-for", "6.6.6.6, 203.0.113.9, 127.0.0.7"), ("x-forwarded-proto", "https")];
    taken_for(&gateway.plain_client(), &sent).await.unwrap();
    let seen = upstream.seen();
    let headers = &seen.first().unwrap().headers;
    assert_eq!(headers.get("x-forwarded-for").unwrap(), "203.0.113.9, 127.0.0.7, 127.0.0.1");
    assert_eq!(headers.get("x-forwarded-proto").unwrap(), "https");
    assert_eq!(headers.get("forwarded").unwrap(), "for=203.0.113.9;proto=https;host=\"localhost\"");
}

/// A gateway behind a proxy at this address whose claims pass or don't, in front of a backend, with this policy.
async fn in_front(
    trusted: &str,
    claims: ProxyClaims,
    document: &str,
    apis: Configuration,
) -> (TestGateway, Upstream) {
    let upstream = Upstream::plain().await;
    let authority = Authority::new("test");
    let apis = apis.api_with("", &upstream.url("http"), document);
    let gateway = TestGateway::start_with(authority, &apis, |settings| {
        let trusted = vec![trusted.parse().unwrap()];
        settings.proxies = Proxies { trusted, claims, ..Proxies::default() };
    });
    (gateway, upstream)
}

/// The fields that the backend sees of a request, with their values.
async fn seen(client: &Client, sent: &[(&str, &str)]) -> Vec<(String, String)> {
    let answer = taken_for(client, sent).await.unwrap();
    let described: Value = serde_json::from_str(&answer).unwrap();
    serde_json::from_value(described["headers"].clone()).unwrap()
}

#[tokio::test]
async fn what_a_trusted_proxy_claims_passes_if_the_operator_says_so() {
    let claims = [
        ("x-arr-clientcert", "MIIB"),
        ("x-forwarded-tls-client-cert-info", "Subject"),
        ("ssl_client_verify", "SUCCESS"),
        ("remote-user", "anna"),
        ("x-real-ip", "203.0.113.9"),
        ("x-forwarded-port", "443"),
    ];
    for (trusted, setting, passes) in [
        (FROM_HERE, ProxyClaims::Pass, true),
        (FROM_HERE, ProxyClaims::Remove, false),
        (FROM_ELSEWHERE, ProxyClaims::Pass, false),
        (FROM_ELSEWHERE, ProxyClaims::Remove, false),
    ] {
        let (gateway, _upstream) = in_front(trusted, setting, policy::EMPTY, Configuration::default()).await;
        for client in [gateway.client(), gateway.client().http2(), gateway.plain_client()] {
            let seen = seen(&client, &claims).await;
            for (name, value) in claims {
                let is_there = seen.contains(&(name.to_owned(), value.to_owned()));
                assert_eq!(is_there, passes, "{name} from {trusted}, {setting:?}");
            }
        }
    }
}

#[tokio::test]
async fn what_the_gateway_says_itself_is_its_own_even_where_claims_pass() {
    let (gateway, _upstream) =
        in_front(FROM_HERE, ProxyClaims::Pass, policy::EMPTY, Configuration::default()).await;
    let sent = [
        ("x-forwarded-for", "6.6.6.6, 203.0.113.9"),
        ("x-forwarded-host", "evil"),
        ("x-forwarded-proto", "gopher"),
        ("forwarded", "for=6.6.6.6"),
        ("x-request-id", "mine"),
        ("x_forwarded_for", "6.6.6.6"),
        ("x_arr_clientcert", "MIIB"),
        ("http_x_real_ip", "6.6.6.6"),
        ("connection", "x-arr-clientcert, x-forwarded-for"),
        ("x-arr-clientcert", "MIIA"),
        ("ssl_client_cert", "MIIA"),
        ("ssl-client-cert", "MIIB"),
    ];
    let seen = seen(&gateway.plain_client(), &sent).await;
    let value = |name: &str| {
        let mut values = seen.iter().filter(|(other, _)| other == name).map(|(_, value)| value.as_str());
        (values.next().unwrap_or_default(), values.next())
    };
    assert_eq!(value("x-forwarded-for"), ("203.0.113.9, 127.0.0.1", None));
    assert_eq!(value("x-forwarded-host"), ("localhost", None));
    assert_eq!(value("x-forwarded-proto"), ("http", None));
    assert_eq!(value("forwarded"), ("for=203.0.113.9;proto=http;host=\"localhost\"", None));
    assert_eq!(value("x-request-id").0.len(), 32);
    assert_eq!(value("x-arr-clientcert"), ("MIIA", None), "a caller can't take away what a proxy says");
    for forged in
        ["x_forwarded_for", "x_arr_clientcert", "http_x_real_ip", "ssl_client_cert", "ssl-client-cert"]
    {
        assert_eq!(value(forged), ("", None), "{forged}");
    }
}

const POLICY: &str = include_str!("application_gateway/policy.xml");
const FIELD: &str = include_str!("application_gateway/x-arr-clientcert.txt");

/// The certificate of the fixture, as it is known when it was uploaded.
fn uploaded() -> Uploaded {
    let pem = FIELD.replace("%20", " ").replace("%0A", "\n").replace("%2B", "+");
    let pem = pem.replace("%2F", "/").replace("%3D", "=");
    let der = &certificates::pem::certificates(pem.as_bytes()).unwrap()[0];
    let facts = x509::facts(der).unwrap();
    let mut uploaded = Uploaded::default();
    let certificate = UploadedCertificate {
        thumbprint: facts.thumbprint.clone(),
        subject: facts.subject.as_str().into(),
        issuer: facts.issuer.as_str().into(),
        serial_number: facts.serial_number.as_str().into(),
        not_before_unix_s: facts.not_before.unix_timestamp(),
        not_after_unix_s: facts.not_after.unix_timestamp(),
    };
    uploaded.insert("agw".parse().unwrap(), certificate);
    uploaded
}

#[tokio::test]
async fn a_policy_that_reads_the_field_of_application_gateway_works_as_it_stands() {
    let known = || Configuration::default().uploaded(uploaded());
    let (refused, taken) = (Err(StatusCode::UNAUTHORIZED), Ok(String::new()));
    for (trusted, claims, apis, expected) in [
        (FROM_HERE, ProxyClaims::Pass, known(), &taken),
        (FROM_HERE, ProxyClaims::Pass, Configuration::default(), &refused),
        (FROM_HERE, ProxyClaims::Remove, known(), &refused),
        (FROM_ELSEWHERE, ProxyClaims::Pass, known(), &refused),
    ] {
        let (gateway, upstream) = in_front(trusted, claims, POLICY, apis).await;
        for client in [gateway.client(), gateway.client().http2(), gateway.plain_client()] {
            let judged = taken_for(&client, &[("X-ARR-ClientCert", FIELD)]).await;
            assert_eq!(&judged, expected, "from {trusted}, {claims:?}");
            assert_eq!(taken_for(&client, &[]).await, refused);
        }
        assert_eq!(upstream.accepted(), 0);
    }
}

#[tokio::test]
async fn the_field_of_application_gateway_names_the_caller() {
    let expected = format!("{} 127.0.0.1", x509_thumbprint());
    for field in CertificateField::ALL {
        let gateway = gateway(FROM_HERE, Some(field));
        let taken = taken_for(&gateway.plain_client(), &[(field.name().as_str(), FIELD)]).await;
        assert_eq!(taken.as_ref(), Ok(&expected), "{field:?}");
    }
}

fn x509_thumbprint() -> String {
    let uploaded = uploaded();
    uploaded.find(&"agw".parse().unwrap()).unwrap().thumbprint.as_str().to_owned()
}
