//! What a policy's expressions may ask about an exchange.

use std::borrow::Cow;
use std::sync::Arc;

use http::header::HOST;
use http::uri::Authority;
use http::{HeaderMap, HeaderValue, Uri};
use hyper::ext::ReasonPhrase;
use policy::client_certificate::CertificateChecks;
use policy::effect::Target;
use policy::facts::{Address, Api, Certificate, Deployment, Facts, Operation, Reading, Revocation, Url};
use policy::rsa::{FileProblem, KeyHalf, RsaScheme};

use crate::effects::caller_certificate;
use crate::exchange::Exchange;
use crate::file_certificate;
use crate::whole::Whole;

impl Facts for Exchange {
    fn now_unix_ms(&self) -> i64 {
        let now = self.connection.worker.shared.clock.now();
        i64::try_from(now.unix_timestamp_nanos() / 1_000_000).unwrap_or(i64::MAX)
    }

    fn request_id(&self) -> &str {
        self.id.as_str()
    }

    fn method(&self) -> &str {
        self.head.method.as_str()
    }

    fn url(&self, which: Address) -> Url<'_> {
        let (uri, scheme, authority) = match which {
            Address::Original => (&self.asked, self.caller.scheme, self.host.as_ref()),
            Address::Present => {
                let scheme = self.backend_address().map_or("", |address| address.scheme().as_str());
                (&self.head.uri, scheme, self.authority())
            }
        };
        parts(uri, scheme, authority)
    }

    fn header(&self, name: &str) -> Vec<Cow<'_, str>> {
        if name.eq_ignore_ascii_case(HOST.as_str()) {
            // The head has the backend's already; a policy is about the caller's.
            return self.host.iter().map(|host| String::from_utf8_lossy(host.as_bytes())).collect();
        }
        let values = self.head.headers.get_all(name).iter();
        values.map(|value| String::from_utf8_lossy(value.as_bytes())).collect()
    }

    fn caller_ip(&self) -> Cow<'_, str> {
        Cow::Borrowed(&self.caller.address)
    }

    fn caller_certificate(&self) -> Option<&Arc<Certificate>> {
        self.caller.certificate.as_ref().map(|certificate| &certificate.facts)
    }

    fn has_thumbprint(&self, thumbprint: &str) -> bool {
        let live = self.connection.worker.shared.live.current();
        thumbprint.parse().is_ok_and(|thumbprint| live.uploaded.has_thumbprint(&thumbprint))
    }

    fn uploaded_certificate(&self, id: &str) -> Option<Arc<Certificate>> {
        let live = self.connection.worker.shared.live.current();
        let found = live.uploaded.find(&id.parse().ok()?)?;
        Some(Arc::new(Certificate {
            id: Arc::from(id),
            subject: Arc::from(&*found.subject),
            issuer: Arc::from(&*found.issuer),
            thumbprint: Arc::from(found.thumbprint.as_str()),
            serial_number: Arc::from(&*found.serial_number),
            not_before_unix_s: found.not_before_unix_s,
            not_after_unix_s: found.not_after_unix_s,
            has_private_key: true,
            version: 3,
            der: file_certificate::held(&live, id).unwrap_or_default(),
            ..Certificate::default()
        }))
    }

    fn uploaded_ids(&self) -> Vec<String> {
        let live = self.connection.worker.shared.live.current();
        live.uploaded.ids().map(ToString::to_string).collect()
    }

    fn operation(&self) -> Option<Operation<'_>> {
        let operation = &self.matched.as_ref()?.operation;
        Some(Operation {
            id: Cow::Borrowed(operation.id.as_str()),
            name: Cow::Borrowed(operation.name.as_str()),
            method: Cow::Borrowed(operation.method.as_str()),
            url_template: Cow::Borrowed(operation.template.as_str()),
        })
    }

    fn matched_parameters(&self) -> Vec<(Cow<'_, str>, Cow<'_, str>)> {
        let parameters = self.matched.iter().flat_map(|matched| &matched.parameters);
        parameters.map(|(name, value)| (name.as_str().into(), value.as_str().into())).collect()
    }

    fn verify_certificate(&self, certificate: &Certificate, revocation: Revocation) -> bool {
        // Only a caller's comes with the chain that it is judged by.
        if self.caller_certificate().is_none_or(|caller| caller.thumbprint != certificate.thumbprint) {
            return false;
        }
        let checks = CertificateChecks::everything(revocation);
        caller_certificate::judge(self, &checks).is_ok()
    }

    fn read_certificate(&self, file: &[u8], password: Option<&str>) -> Result<Arc<Certificate>, FileProblem> {
        file_certificate::read(file, password)
    }

    fn rsa_bits(&self, certificate: &Certificate, half: KeyHalf) -> Option<u32> {
        file_certificate::rsa_bits(&self.connection.worker.shared.live.current(), certificate, half)
    }

    fn sign(&self, certificate: &Certificate, scheme: RsaScheme, data: &[u8]) -> Option<Vec<u8>> {
        file_certificate::sign(&self.connection.worker.shared.live.current(), certificate, scheme, data)
    }

    fn has_signed(
        &self,
        certificate: &Certificate,
        scheme: RsaScheme,
        data: &[u8],
        signature: &[u8],
    ) -> Option<bool> {
        file_certificate::has_signed(certificate, scheme, data, signature)
    }

    fn api(&self) -> Option<Api<'_>> {
        let api = self.api.as_ref()?;
        let backend = &api.source.backend;
        let service_url = Url {
            scheme: Cow::Borrowed(backend.scheme().as_str()),
            host: Cow::Borrowed(backend.host()),
            port: backend.port(),
            path: Cow::Borrowed(backend.path()),
            query: Cow::Borrowed(""),
        };
        Some(Api {
            id: Cow::Borrowed(api.id.as_str()),
            name: Cow::Borrowed(api.source.name.as_str()),
            path: Cow::Borrowed(&api.suffix),
            service_url,
        })
    }

    fn headers(&self, target: Target) -> Vec<(Cow<'_, str>, Cow<'_, str>)> {
        match (target, &self.response) {
            (Target::Request, _) => {
                let ours = all(&self.head.headers).filter(|(name, _)| !name.eq_ignore_ascii_case("host"));
                let host = self.host.iter();
                let host = host.map(|host| (Cow::Borrowed("Host"), String::from_utf8_lossy(host.as_bytes())));
                host.chain(ours).collect()
            }
            (Target::Response, Some(response)) => all(response.headers()).collect(),
            (Target::Response, None) => Vec::new(),
        }
    }

    fn response_status(&self) -> Option<u16> {
        self.response.as_ref().map(|response| response.status().as_u16())
    }

    fn response_reason(&self) -> Option<Cow<'_, str>> {
        let response = self.response.as_ref()?;
        match response.extensions().get::<ReasonPhrase>() {
            Some(reason) => Some(String::from_utf8_lossy(reason.as_bytes())),
            None => response.status().canonical_reason().map(Cow::Borrowed),
        }
    }

    fn body(&self, target: Target, reading: Reading) -> Option<Arc<[u8]>> {
        let whole = match target {
            Target::Request => &self.whole_request,
            Target::Response => &self.whole_response,
        };
        let mut whole = whole.borrow_mut();
        let Whole::Read(bytes) = &*whole else { return None };
        let bytes = Arc::clone(bytes);
        if reading == Reading::Take {
            *whole = Whole::Taken;
        }
        Some(bytes)
    }

    fn most_body_bytes(&self) -> usize {
        self.connection.worker.shared.settings.limits.max_whole_body_bytes
    }

    fn elapsed_ms(&self) -> i64 {
        i64::try_from(self.started.elapsed().as_millis()).unwrap_or(i64::MAX)
    }

    fn deployment(&self) -> Deployment<'_> {
        let deployment = &self.connection.worker.shared.settings.deployment;
        Deployment {
            region: Cow::Borrowed(&deployment.region),
            service_name: Cow::Borrowed(&deployment.service_name),
            gateway_id: Cow::Borrowed(&deployment.gateway_id),
        }
    }

    fn is_tracing(&self) -> bool {
        self.tracing.is_some()
    }

    fn trace(&self, message: &str) {
        if let Some(tracing) = &self.tracing {
            tracing.note(None, message.to_owned());
        }
    }

    fn random(&self, bytes: &mut [u8]) {
        // Without randomness no TLS connection would have come this far.
        let _ = aws_lc_rs::rand::fill(bytes);
    }

    fn has_certificate(&self, id: &str) -> bool {
        let live = self.connection.worker.shared.live.current();
        id.parse().is_ok_and(|id| live.uploaded.has_id(&id))
    }
}

fn parts<'u>(uri: &'u Uri, scheme: &'u str, authority: Option<&HeaderValue>) -> Url<'u> {
    let authority = authority.and_then(|authority| Authority::try_from(authority.as_bytes()).ok());
    let port = if scheme == "http" { 80 } else { 443 };
    Url {
        scheme: Cow::Borrowed(scheme),
        host: authority.as_ref().map_or(Cow::Borrowed(""), |authority| authority.host().to_owned().into()),
        port: authority.as_ref().and_then(Authority::port_u16).unwrap_or(port),
        path: Cow::Borrowed(uri.path()),
        query: Cow::Borrowed(uri.query().unwrap_or_default()),
    }
}

fn all(headers: &HeaderMap) -> impl Iterator<Item = (Cow<'_, str>, Cow<'_, str>)> {
    let fields = headers.iter();
    fields.map(|(name, value)| (Cow::Borrowed(name.as_str()), String::from_utf8_lossy(value.as_bytes())))
}
