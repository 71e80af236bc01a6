//! A call that nobody makes, as policies see it.

use std::borrow::Cow;
use std::sync::Arc;

use ::certificates::judge::{Judge, Presented};
use ::certificates::pfx::{self, Choice};
use ::certificates::{pem, x509};
use domain::name::CertificateId;
use domain::pfx::Refusal;
use domain::secret::Secret;
use domain::snapshot::{Identity, Snapshot, SnapshotApi, SnapshotOperation};
use policy::body_text::encoded;
use policy::client_certificate::CertificateChecks;
use policy::effect::Target;
use policy::facts::{
    Address, AlternativeNames, Api, Certificate, Facts, Operation, Reading, Revocation, Url,
};
use policy::rsa::{FileProblem, KeyHalf};
use time::OffsetDateTime;

use crate::playground::message::Message;
use crate::playground::{Asked, address, judged};

/// The call as it is so far.
pub(crate) struct MadeUp {
    pub(crate) now: OffsetDateTime,
    pub(crate) snapshot: Arc<Snapshot>,
    pub(crate) api: Arc<SnapshotApi>,
    pub(crate) operation: Option<(SnapshotOperation, Vec<(String, String)>)>,
    pub(crate) method: String,
    pub(crate) target: address::Target,
    pub(crate) request: Message,
    pub(crate) answer: Option<Answer>,
    pub(crate) shown: Option<Shown>,
    pub(crate) judge: Judge,
    /// Path and query as they were asked for.
    path: String,
    query: String,
    host: String,
    address: String,
}

/// An answer as it is so far.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) reason: Option<String>,
    pub(crate) message: Message,
}

/// The certificate that the caller shows.
pub(crate) struct Shown {
    pub(crate) facts: Arc<Certificate>,
    pub(crate) presented: Presented,
}

impl MadeUp {
    /// A call before its first statement.
    pub(crate) fn new(
        now: OffsetDateTime,
        snapshot: &Arc<Snapshot>,
        api: &Arc<SnapshotApi>,
        operation: Option<(SnapshotOperation, Vec<(String, String)>)>,
        asked: &Asked,
        (shown, address): (Option<Shown>, String),
    ) -> Self {
        let (rest, query) = asked.path.split_once('?').unwrap_or((&asked.path, ""));
        let is_type = |(name, _): &&(String, String)| name.eq_ignore_ascii_case("content-type");
        let content_type = asked.headers.iter().find(is_type).map(|(_, value)| value.as_str());
        let is_host = |(name, _): &&(String, String)| name.eq_ignore_ascii_case("host");
        let host = asked.headers.iter().find(is_host).map_or(HOST, |(_, host)| host);
        let mut authorities: Vec<_> = snapshot.authorities.values().collect();
        authorities.sort_unstable_by(|one, other| one.id.cmp(&other.id));
        Self {
            now,
            snapshot: Arc::clone(snapshot),
            api: Arc::clone(api),
            operation,
            method: asked.method.as_str().to_owned(),
            target: address::Target::new(&api.backend, rest, query),
            request: Message::new(asked.headers.clone(), &encoded(&asked.body, content_type)),
            answer: None,
            shown,
            judge: Judge::default().next(authorities.into_iter()),
            path: format!("/{}{rest}", api.suffix),
            query: query.to_owned(),
            host: host.to_owned(),
            address,
        }
    }

    /// The DER of an uploaded certificate; none unless its key is held too.
    fn held(&self, id: &str) -> Option<Arc<[u8]>> {
        match self.snapshot.identities.get(&id.parse::<CertificateId>().ok()?)?.as_ref() {
            Identity::Ready(material) => material.chain.first().map(|leaf| leaf.as_slice().into()),
            Identity::Unavailable { .. } => None,
        }
    }

    /// The answer so far; the gateway begins with an empty one.
    pub(crate) fn answer(&mut self) -> &mut Answer {
        self.answer.get_or_insert_with(|| Answer::new(200, None, Vec::new(), b""))
    }

    /// The message that a statement changes.
    pub(crate) fn message(&mut self, target: Target) -> &mut Message {
        match target {
            Target::Request => &mut self.request,
            Target::Response => &mut self.answer().message,
        }
    }
}

impl Answer {
    /// An answer with these parts.
    pub(crate) fn new(
        status: u16,
        reason: Option<String>,
        headers: Vec<(String, String)>,
        body: &[u8],
    ) -> Self {
        Self { status, reason, message: Message::new(headers, body) }
    }
}

impl Shown {
    /// A chain as it would be sent, leaf first (DER); none if it is empty.
    pub(crate) fn read(chain: Vec<Vec<u8>>) -> Option<Self> {
        let certificate = certificate(chain.first()?)?;
        Some(Self { facts: Arc::new(certificate), presented: Presented::read(&chain) })
    }
}

/// A certificate (DER) as policies see it.
fn certificate(der: &[u8]) -> Option<Certificate> {
    let facts = x509::facts(der).ok()?;
    let alternative = |kind: &str| {
        let mut names = facts.alternative_names.iter();
        names.find_map(|name| name.strip_prefix(kind)).map(str::to_owned)
    };
    Some(Certificate {
        subject: facts.subject.as_str().into(),
        issuer: facts.issuer.as_str().into(),
        thumbprint: facts.thumbprint.as_str().into(),
        serial_number: facts.serial_number.as_str().into(),
        not_before_unix_s: facts.not_before.unix_timestamp(),
        not_after_unix_s: facts.not_after.unix_timestamp(),
        version: 3,
        der: der.into(),
        alternative: AlternativeNames {
            email: alternative("email:"),
            dns: alternative("DNS:"),
            url: alternative("URI:"),
            upn: alternative("UPN:"),
        },
        ..Certificate::default()
    })
}

impl Facts for MadeUp {
    fn now_unix_ms(&self) -> i64 {
        i64::try_from(self.now.unix_timestamp_nanos() / 1_000_000).unwrap_or(i64::MAX)
    }

    fn request_id(&self) -> &str {
        "00000000-0000-0000-0000-000000000000"
    }

    fn method(&self) -> &str {
        &self.method
    }

    fn url(&self, which: Address) -> Url<'_> {
        match which {
            Address::Present => self.target.url(),
            Address::Original => {
                let (host, port) = self.host.rsplit_once(':').unwrap_or((&self.host, ""));
                let port = port.parse().unwrap_or(443);
                let (path, query) = (self.path.as_str().into(), self.query.as_str().into());
                Url { scheme: Cow::Borrowed("https"), host: Cow::Borrowed(host), port, path, query }
            }
        }
    }

    fn header(&self, name: &str) -> Vec<Cow<'_, str>> {
        if name.eq_ignore_ascii_case("host") {
            vec![Cow::Borrowed(&self.host)]
        } else {
            self.request.values(name)
        }
    }

    fn caller_ip(&self) -> Cow<'_, str> {
        Cow::Borrowed(&self.address)
    }

    fn caller_certificate(&self) -> Option<&Arc<Certificate>> {
        self.shown.as_ref().map(|shown| &shown.facts)
    }

    fn has_thumbprint(&self, thumbprint: &str) -> bool {
        thumbprint.parse().is_ok_and(|thumbprint| self.snapshot.uploaded.has_thumbprint(&thumbprint))
    }

    fn has_certificate(&self, id: &str) -> bool {
        id.parse().is_ok_and(|id| self.snapshot.uploaded.has_id(&id))
    }

    fn uploaded_certificate(&self, id: &str) -> Option<Arc<Certificate>> {
        let found = self.snapshot.uploaded.find(&id.parse().ok()?)?;
        Some(Arc::new(Certificate {
            subject: Arc::from(&*found.subject),
            issuer: Arc::from(&*found.issuer),
            thumbprint: Arc::from(found.thumbprint.as_str()),
            serial_number: Arc::from(&*found.serial_number),
            not_before_unix_s: found.not_before_unix_s,
            not_after_unix_s: found.not_after_unix_s,
            id: Arc::from(id),
            has_private_key: true,
            version: 3,
            der: self.held(id).unwrap_or_default(),
            ..Certificate::default()
        }))
    }

    fn uploaded_ids(&self) -> Vec<String> {
        self.snapshot.uploaded.ids().map(ToString::to_string).collect()
    }

    fn verify_certificate(&self, certificate: &Certificate, revocation: Revocation) -> bool {
        let is_callers = |shown: &Shown| shown.facts.thumbprint == certificate.thumbprint;
        let checks = CertificateChecks::everything(revocation);
        self.shown.as_ref().is_some_and(is_callers) && judged::judge(self, &checks).is_ok()
    }

    fn read_certificate(&self, file: &[u8], password: Option<&str>) -> Result<Arc<Certificate>, FileProblem> {
        if let Ok(found) = pem::certificates(file) {
            let first = found.first().and_then(|der| certificate(der));
            return first.map(Arc::new).ok_or(FileProblem::Unreadable);
        }
        let password = Secret::from(password.ok_or(FileProblem::Unreadable)?.to_owned());
        let opened = pfx::open(file, &password, Choice::Only).map_err(|refusal| match refusal {
            Refusal::WrongPassword => FileProblem::Password,
            _ => FileProblem::Unreadable,
        })?;
        let certificate = certificate(&opened.leaf).ok_or(FileProblem::Unreadable)?;
        Ok(Arc::new(Certificate { has_private_key: true, ..certificate }))
    }

    /// Signing and verifying is for the gateway: here a key is known, and fails with a reason when it is used.
    fn rsa_bits(&self, certificate: &Certificate, half: KeyHalf) -> Option<u32> {
        let is_here = half == KeyHalf::Public || certificate.has_private_key;
        if is_here { x509::rsa_bits(&certificate.der) } else { None }
    }

    fn api(&self) -> Option<Api<'_>> {
        let backend = &self.api.backend;
        let service_url = Url {
            scheme: Cow::Borrowed(backend.scheme().as_str()),
            host: Cow::Borrowed(backend.host()),
            port: backend.port(),
            path: Cow::Borrowed(backend.path()),
            query: Cow::Borrowed(""),
        };
        Some(Api {
            id: Cow::Borrowed(self.api.id.as_str()),
            name: Cow::Borrowed(self.api.name.as_str()),
            path: Cow::Borrowed(self.api.suffix.as_str()),
            service_url,
        })
    }

    fn operation(&self) -> Option<Operation<'_>> {
        let (operation, _) = self.operation.as_ref()?;
        Some(Operation {
            id: Cow::Borrowed(operation.id.as_str()),
            name: Cow::Borrowed(operation.name.as_str()),
            method: Cow::Borrowed(operation.method.as_str()),
            url_template: Cow::Borrowed(operation.template.as_str()),
        })
    }

    fn matched_parameters(&self) -> Vec<(Cow<'_, str>, Cow<'_, str>)> {
        let parameters = self.operation.iter().flat_map(|(_, parameters)| parameters);
        parameters.map(|(name, value)| (name.as_str().into(), value.as_str().into())).collect()
    }

    fn headers(&self, target: Target) -> Vec<(Cow<'_, str>, Cow<'_, str>)> {
        match target {
            Target::Request => self.request.all(),
            Target::Response => self.answer.as_ref().map(|answer| answer.message.all()).unwrap_or_default(),
        }
    }

    fn response_status(&self) -> Option<u16> {
        self.answer.as_ref().map(|answer| answer.status)
    }

    fn response_reason(&self) -> Option<Cow<'_, str>> {
        self.answer.as_ref()?.reason.as_deref().map(Cow::Borrowed)
    }

    fn body(&self, target: Target, reading: Reading) -> Option<Arc<[u8]>> {
        match target {
            Target::Request => self.request.body(reading),
            Target::Response => self.answer.as_ref()?.message.body(reading),
        }
    }

    fn random(&self, bytes: &mut [u8]) {
        // What nobody sends needs no secrecy: bytes that stay as they are do no harm.
        let _ = getrandom::fill(bytes);
    }
}

const HOST: &str = "gateway.example";
