//! The TLS settings of a backend that wants to see certificates.

use std::sync::Arc;

use rustls::client::danger::HandshakeSignatureValid;
use rustls::pki_types::{CertificateDer, UnixTime};
use rustls::server::WebPkiClientVerifier;
use rustls::server::danger::{ClientCertVerified, ClientCertVerifier};
use rustls::sign::SingleCertAndKey;
use rustls::{
    DigitallySignedStruct, DistinguishedName, RootCertStore, ServerConfig, SignatureScheme,
    SupportedProtocolVersion,
};

use crate::authority::{Authority, Leaf};
use crate::upstream::Demand;

/// Settings for a server with this certificate, this demand, and these versions of TLS.
pub(super) fn server_config(
    leaf: &Leaf,
    demand: Demand<'_>,
    versions: &[&'static SupportedProtocolVersion],
) -> ServerConfig {
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let verifier = |authority: &Authority| {
        let mut roots = RootCertStore::empty();
        roots.add(CertificateDer::from(authority.der())).expect("an authority");
        WebPkiClientVerifier::builder_with_provider(Arc::new(roots), Arc::clone(&provider))
    };
    let verifier = match demand {
        Demand::Nothing => WebPkiClientVerifier::no_client_auth(),
        Demand::Ask(authority) => verifier(authority).allow_unauthenticated().build().expect("a verifier"),
        Demand::AskForRsa(authority) => {
            let verifier = verifier(authority).allow_unauthenticated().build().expect("a verifier");
            Arc::new(OnlyRsa(verifier))
        }
        Demand::Certificate(authority) => verifier(authority).build().expect("a verifier"),
    };
    ServerConfig::builder_with_provider(Arc::clone(&provider))
        .with_protocol_versions(versions)
        .expect("versions of TLS")
        .with_client_cert_verifier(verifier)
        .with_cert_resolver(Arc::new(SingleCertAndKey::from(leaf.certified_key())))
}

/// A verifier that takes signatures of RSA keys only.
#[derive(Debug)]
struct OnlyRsa(Arc<dyn ClientCertVerifier>);

impl ClientCertVerifier for OnlyRsa {
    fn client_auth_mandatory(&self) -> bool {
        self.0.client_auth_mandatory()
    }

    fn root_hint_subjects(&self) -> &[DistinguishedName] {
        self.0.root_hint_subjects()
    }

    fn verify_client_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        now: UnixTime,
    ) -> Result<ClientCertVerified, rustls::Error> {
        self.0.verify_client_cert(end_entity, intermediates, now)
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.0.verify_tls12_signature(message, certificate, signed)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.0.verify_tls13_signature(message, certificate, signed)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        vec![SignatureScheme::RSA_PSS_SHA256, SignatureScheme::RSA_PKCS1_SHA256]
    }
}
