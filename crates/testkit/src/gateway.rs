//! A running gateway in front of whatever a test sets up, and snapshots to feed it.

use std::sync::Arc;
use std::time::Duration;

use domain::authority::{AuthorityId, Unlisted};
use domain::fault::DamagedApi;
use domain::name::ApiId;
use domain::named_value::Secrecy;
use domain::refused_addresses::RefusedAddresses;
use domain::secret::Secret;
use domain::snapshot::{
    Identity, KeyMaterial, Snapshot, SnapshotApi, SnapshotAuthority, SnapshotOperation, SnapshotValue,
};
use domain::timeouts::ApiTimeouts;
use domain::trust::{ChainCheck, NameCheck, Trust};
use domain::uploaded::Uploaded;
use gateway::Gateway;
use gateway::settings::{AccessLog, Deployment, FailureRecords, Limits, Proxies, Settings, Timeouts};

use crate::authority::{Authority, Leaf, certificate_id};
use crate::client::Client;
use crate::log::Log;

/// A gateway on free ports of this machine, with an authority that signed its certificate and those of the test's
/// backends.
pub struct TestGateway {
    pub gateway: Gateway,
    pub authority: Authority,
}

/// A snapshot in the making.
#[derive(Clone, Debug, Default)]
pub struct Configuration {
    snapshot: Snapshot,
    trust: Trust,
    timeouts: ApiTimeouts,
}

impl TestGateway {
    /// A gateway with two threads and short timeouts.
    pub fn start(authority: Authority, configuration: &Configuration) -> Self {
        Self::start_with(authority, configuration, |_| {})
    }

    /// The same, with other settings.
    pub fn start_with(
        authority: Authority,
        configuration: &Configuration,
        change: impl FnOnce(&mut Settings),
    ) -> Self {
        // Its threads log into the log of this test.
        Log::of_this_test();
        let mut settings = settings(&authority);
        change(&mut settings);
        let gateway = Gateway::start(settings, configuration.snapshot()).expect("a gateway");
        Self { gateway, authority }
    }

    /// A caller over HTTPS.
    pub fn client(&self) -> Client {
        Client::https(self.gateway.addresses()[0], self.authority.der())
    }

    /// A caller over plain HTTP.
    pub fn plain_client(&self) -> Client {
        Client::plain(self.gateway.plain_addresses()[0])
    }

    /// Publishes the next revision.
    pub fn publish(&self, configuration: &Configuration) {
        self.gateway.publish(configuration.snapshot());
    }

    /// Shuts down without blocking the test's runtime.
    pub async fn shutdown(self) {
        let gateway = self.gateway;
        tokio::task::spawn_blocking(move || gateway.shutdown()).await.expect("an orderly end");
    }
}

impl Configuration {
    /// APIs that trust only this authority.
    pub fn trusting(authority: &Authority) -> Self {
        let trust = Trust { chain: ChainCheck::Only(vec![authority.der()]), name: NameCheck::Address };
        Self { trust, ..Self::default() }
    }

    /// With an API, its id the same as its suffix, that shows no certificate.
    #[must_use]
    pub fn api(self, suffix: &str, backend: &str) -> Self {
        self.api_with(suffix, backend, policy::EMPTY)
    }

    /// With an API that shows a certificate.
    #[must_use]
    pub fn api_showing(self, suffix: &str, backend: &str, certificate: &str) -> Self {
        self.api_with(suffix, backend, &policy::showing(certificate))
    }

    /// With an API that has this policy.
    #[must_use]
    pub fn api_with(mut self, suffix: &str, backend: &str, policy: &str) -> Self {
        let id = if suffix.is_empty() { "everything".to_owned() } else { suffix.replace('/', ".") };
        let id: ApiId = id.parse().expect("an id");
        let api = SnapshotApi {
            timeouts: self.timeouts,
            id: id.clone(),
            name: id.as_str().parse().expect("a name"),
            suffix: suffix.parse().expect("a suffix"),
            backend: backend.parse().expect("an address"),
            trust: self.trust.clone(),
            policy: policy.to_owned(),
            operations: Vec::new(),
        };
        self.snapshot.apis.insert(id, Arc::new(api));
        self
    }

    /// With an operation `GET /orders/{id}`, its id `id`, in the API with the id `api`.
    #[must_use]
    pub fn operation(self, api: &str, id: &str, address: &str) -> Self {
        self.with_operation(api, id, address, None)
    }

    /// With an operation that has this policy.
    #[must_use]
    pub fn operation_with(self, api: &str, id: &str, address: &str, policy: &str) -> Self {
        self.with_operation(api, id, address, Some(policy.to_owned()))
    }

    fn with_operation(mut self, api: &str, id: &str, address: &str, policy: Option<String>) -> Self {
        let (method, template) = address.split_once(' ').expect("a method and a template");
        let operation = SnapshotOperation {
            id: id.parse().expect("an id"),
            name: id.parse().expect("a name"),
            method: method.parse().expect("a method"),
            template: template.parse().expect("a template"),
            policy,
        };
        let api = self.snapshot.apis.get_mut(&api.parse::<ApiId>().expect("an id")).expect("an API");
        let api = Arc::make_mut(api);
        api.operations.retain(|other| other.id != operation.id);
        api.operations.push(operation);
        self
    }

    /// With this policy of all APIs.
    #[must_use]
    pub fn global(mut self, policy: &str) -> Self {
        self.snapshot.policy = Some(policy.into());
        self
    }

    /// With an API under another id; its suffix stays.
    #[must_use]
    pub fn renamed(mut self, from: &str, to: &str) -> Self {
        let from: ApiId = from.parse().expect("an id");
        let to: ApiId = to.parse().expect("an id");
        let api = self.snapshot.apis.remove(&from).expect("an API");
        let api = SnapshotApi { id: to.clone(), ..SnapshotApi::clone(&api) };
        self.snapshot.apis.insert(to, Arc::new(api));
        self
    }

    /// Without the API that has this id.
    #[must_use]
    pub fn without(mut self, id: &str) -> Self {
        let id: ApiId = id.parse().expect("an id");
        self.snapshot.apis.remove(&id).expect("an API");
        self
    }

    /// With other trust settings for the APIs to come.
    #[must_use]
    pub fn trust(mut self, trust: Trust) -> Self {
        self.trust = trust;
        self
    }

    /// With limits of their own for the APIs to come.
    #[must_use]
    pub fn timeouts(mut self, timeouts: ApiTimeouts) -> Self {
        self.timeouts = timeouts;
        self
    }

    /// With this certificate in the slot `id`, in place of what is there.
    #[must_use]
    pub fn certificate(self, id: &str, leaf: &Leaf) -> Self {
        self.material(leaf.key_material(id))
    }

    /// With this certificate in its slot, in place of what is there.
    #[must_use]
    pub fn material(mut self, material: KeyMaterial) -> Self {
        let id = material.id.clone();
        Arc::make_mut(&mut self.snapshot.thumbprints).insert(material.thumbprint.clone(), id.clone());
        self.snapshot.identities.insert(id, Arc::new(Identity::Ready(material)));
        self
    }

    /// With a certificate in the slot `id` that can't be used.
    #[must_use]
    pub fn unavailable(mut self, id: &str) -> Self {
        let id = certificate_id(id);
        let identity = Identity::Unavailable { id: id.clone(), reason: "it can't be unsealed".to_owned() };
        self.snapshot.identities.insert(id, Arc::new(identity));
        self
    }

    /// With this text under a name that documents may name.
    #[must_use]
    pub fn named_value(mut self, name: &str, text: &str) -> Self {
        let value = SnapshotValue { text: Secret::from(text.to_owned()), secrecy: Secrecy::Secret };
        self.snapshot.named_values.insert(name.parse().expect("a name"), Arc::new(value));
        self
    }

    /// With this fragment, in place of one that has its id.
    #[must_use]
    pub fn fragment(mut self, id: &str, text: &str) -> Self {
        self.snapshot.fragments.insert(id.parse().expect("an id"), text.into());
        self
    }

    /// With this CA certificate uploaded; callers pass where it has no revocation list.
    #[must_use]
    pub fn authority(mut self, id: &str, certificate: Vec<u8>) -> Self {
        let id: AuthorityId = id.parse().expect("an id");
        let authority =
            SnapshotAuthority { id: id.clone(), certificate, list: None, unlisted: Unlisted::Pass };
        self.snapshot.authorities.insert(id, Arc::new(authority));
        self
    }

    /// With an API that can't be read; `suffix` is what is stored.
    #[must_use]
    pub fn damaged(mut self, id: &str, suffix: &str) -> Self {
        let (id, name) = (id.to_owned(), id.to_owned());
        let (suffix, reason) = (Some(suffix.to_owned()), "its row is damaged".to_owned());
        self.snapshot.damaged.push(Arc::new(DamagedApi { id, name, suffix, reason }));
        self
    }

    /// With a revocation list (DER) for the CA certificate with this id.
    #[must_use]
    pub fn list(mut self, id: &str, list: &[u8]) -> Self {
        let id: AuthorityId = id.parse().expect("an id");
        let authority = self.snapshot.authorities.get_mut(&id).expect("an authority");
        Arc::make_mut(authority).list = Some(Arc::new(list.to_vec()));
        self
    }

    /// With these certificates uploaded.
    #[must_use]
    pub fn uploaded(mut self, uploaded: Uploaded) -> Self {
        self.snapshot.uploaded = uploaded;
        self
    }

    /// The next revision with the same content.
    #[must_use]
    pub fn next(mut self) -> Self {
        self.snapshot.revision += 1;
        self
    }

    /// The snapshot as it is by now.
    pub fn snapshot(&self) -> Arc<Snapshot> {
        Arc::new(self.snapshot.clone())
    }
}

/// Settings for a gateway on free ports, with two threads and timeouts that tests can wait for.
pub fn settings(authority: &Authority) -> Settings {
    let anywhere = "127.0.0.1:0".parse().expect("an address");
    Settings {
        listen: vec![anywhere],
        listen_plain: vec![anywhere],
        identity: authority.server(&["localhost"]).server_identity(),
        threads: 2,
        timeouts: Timeouts::default(),
        limits: Limits::default(),
        access_log: AccessLog::On,
        failure_records: FailureRecords::On,
        proxies: Proxies::default(),
        refused_addresses: RefusedAddresses::none(),
        deployment: Deployment::default(),
        drain: Duration::from_secs(10),
    }
}

/// Policies that tests use.
pub mod policy {
    /// What a new API has: nothing but what holds for all.
    pub const EMPTY: &str = "<policies><inbound><base/></inbound><backend><base/></backend><outbound><base/></outbound><on-error><base/></on-error></policies>";

    /// Shows the certificate with this id.
    pub fn showing(certificate: &str) -> String {
        inbound(&format!("<authentication-certificate certificate-id=\"{certificate}\"/>"))
    }

    /// These statements behind the inherited ones of `inbound`.
    pub fn inbound(statements: &str) -> String {
        EMPTY.replace("<inbound><base/>", &format!("<inbound><base/>{statements}"))
    }

    /// This in place of the inherited `backend`.
    pub fn backend(statements: &str) -> String {
        EMPTY.replace("<backend><base/>", &format!("<backend>{statements}"))
    }
}
