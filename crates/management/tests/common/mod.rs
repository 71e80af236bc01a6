//! A management with a real store in a folder of its own, and a gateway that only remembers what it was given.
#![allow(
    dead_code,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "each test uses a part, and a test may panic"
)]

use std::net::{IpAddr, Ipv4Addr};
use std::sync::{Arc, Mutex};

use certificates::seal::{MasterKey, Vault};
use domain::authority_file::FetchProblem;
use domain::clock::Clock;
use domain::failed_call::Failures;
use domain::fault::Fault;
use domain::name::{ApiId, CertificateId, OperationId};
use domain::policy_document::Scope;
use domain::probe::ProbeReport;
use domain::secret::Secret;
use domain::snapshot::Snapshot;
use domain::traffic::TraceToken;
use domain::user::Actor;
use management::apis::ApiForm;
use management::callers::CallersForm;
use management::error::Error;
use management::operations::OperationForm;
use management::plane::Plane;
use management::security::{ChainForm, NameForm, SecurityForm};
use management::traffic::TrafficLimits;
use management::upload::{ExpiredIs, Upload};
use management::users::SessionLimits;
use management::{Management, Parts};
use store::connect::Store;
use time::macros::datetime;
use time::{Duration, OffsetDateTime};

/// Everything a test needs; the folder goes with it.
pub(crate) struct House {
    pub(crate) management: Management,
    pub(crate) setup: Secret,
    published: Arc<Mutex<Vec<Arc<Snapshot>>>>,
    now: Arc<Mutex<OffsetDateTime>>,
    /// What fetching a revocation list brings.
    pub(crate) fetched: Arc<Mutex<Result<Vec<u8>, FetchProblem>>>,
    /// What the gateway says it can't use.
    pub(crate) faults: Arc<Mutex<Vec<Fault>>>,
    /// Why the gateway takes nothing, if it doesn't.
    pub(crate) refusal: Arc<Mutex<Option<String>>>,
    /// What has failed at the gateway.
    pub(crate) failures: Arc<Mutex<Failures>>,
    /// When the gateway says that each certificate and each API was last used.
    pub(crate) used: Arc<Mutex<Option<i64>>>,
    pub(crate) folder: tempfile::TempDir,
}

/// From where headers with certificates are taken.
pub(crate) const PROXY: IpAddr = IpAddr::V4(Ipv4Addr::new(10, 0, 0, 1));

/// The most failed calls that are kept of each kind.
pub(crate) const MOST_FAILURES: u32 = 100;

/// Who does things in tests.
pub(crate) const WHO: Actor = Actor::System;

impl House {
    pub(crate) fn new() -> Self {
        Self::on(tempfile::tempdir().unwrap())
    }

    /// The same after the program was started again.
    pub(crate) fn again(self) -> Self {
        let folder = self.folder;
        drop(self.management);
        Self::on(folder)
    }

    /// Changes the store behind the program's back.
    pub(crate) fn damage(&self, sql: &str) {
        let connection = rusqlite::Connection::open(self.folder.path().join("store.sqlite")).unwrap();
        connection.execute_batch("PRAGMA ignore_check_constraints = on; PRAGMA foreign_keys = off;").unwrap();
        connection.execute_batch(sql).unwrap();
    }

    fn on(folder: tempfile::TempDir) -> Self {
        let published = Arc::new(Mutex::new(Vec::new()));
        let now = Arc::new(Mutex::new(datetime!(2030-01-01 12:00 UTC)));
        let (seen, time) = (Arc::clone(&published), Arc::clone(&now));
        let fetched = Arc::new(Mutex::new(Err(FetchProblem::Status(404))));
        let lists = Arc::clone(&fetched);
        let setup = Secret::from("the token of the link".to_owned());
        let store = Store::open(&folder.path().join("store.sqlite")).unwrap();
        let key = MasterKey::from_hex(&"5e".repeat(32)).unwrap();
        let vault = Vault::new(key, Vec::new());
        management::keys::take_over(&store, &vault).unwrap();
        let snapshot = Arc::new(management::snapshot::load(&store, &vault).unwrap());
        published.lock().unwrap().push(Arc::clone(&snapshot));
        let (faults, refusal) =
            (Arc::<Mutex<Vec<Fault>>>::default(), Arc::<Mutex<Option<String>>>::default());
        let (told, refused) = (Arc::clone(&faults), Arc::clone(&refusal));
        let served = Arc::clone(&published);
        let (failures, used) = (Arc::<Mutex<Failures>>::default(), Arc::<Mutex<Option<i64>>>::default());
        let (failing, certificate_used, api_used) =
            (Arc::clone(&failures), Arc::clone(&used), Arc::clone(&used));
        let management = Management::new(Parts {
            store,
            vault,
            clock: Clock::from_source(move || *time.lock().unwrap()),
            plane: Plane {
                publish: Box::new(move |snapshot| {
                    if let Some(reason) = refused.lock().unwrap().clone() {
                        return Err(reason);
                    }
                    seen.lock().unwrap().push(snapshot);
                    Ok(())
                }),
                faults: Box::new(move || Arc::new(told.lock().unwrap().clone())),
                probe: Box::new(|_| Box::pin(async { ProbeReport::Plain })),
                fetch_list: Box::new(move |_| {
                    let answer = lists.lock().unwrap().clone();
                    Box::pin(async move { answer })
                }),
                served: Box::new(move || served.lock().unwrap().last().map(|snapshot| snapshot.revision)),
                certificate_used: Box::new(move |_| *certificate_used.lock().unwrap()),
                api_used: Box::new(move |_| *api_used.lock().unwrap()),
                take_failures: Box::new(move || std::mem::take(&mut failing.lock().unwrap())),
                start_trace: Box::new(move |api| {
                    let token = "token".to_owned();
                    Some(TraceToken { token, api, expires_at: datetime!(2030-01-01 12:10 UTC) })
                }),
                trace: Box::new(|_| None),
                passes: Box::new(|name, address| {
                    !name.eq_ignore_ascii_case("X-ARR-ClientCert") || address == PROXY
                }),
            },
            limits: SessionLimits { idle: Duration::hours(12), absolute: Duration::days(7) },
            traffic: TrafficLimits { most_of_a_kind: MOST_FAILURES, longest: Some(Duration::days(30)) },
            snapshot,
            setup: Some(setup.clone()),
        });
        Self { management, setup, published, now, fetched, faults, refusal, failures, used, folder }
    }

    /// What the gateway was given last.
    pub(crate) fn live(&self) -> Arc<Snapshot> {
        self.published.lock().unwrap().last().cloned().unwrap_or_default()
    }

    pub(crate) fn pass(&self, time: Duration) {
        *self.now.lock().unwrap() += time;
    }

    pub(crate) fn upload(&self, file: &str) -> Result<CertificateId, Error> {
        Ok(self.management.import_pfx(&WHO, &pfx(file))?.0.id)
    }

    pub(crate) fn api(&self, name: &str) -> ApiId {
        let form = ApiForm {
            name: name.to_owned(),
            suffix: name.to_owned(),
            backend: "https://backend.test".to_owned(),
        };
        self.management.create_api(&WHO, &form).unwrap().0
    }

    /// Saves the policy of an API as it is now.
    pub(crate) fn save_policy(&self, id: &ApiId, text: &str) -> Result<(), Error> {
        self.save_policy_of(&Scope::Api(id.clone()), text)
    }

    /// Saves the policy of a scope as it is now.
    pub(crate) fn save_policy_of(&self, scope: &Scope, text: &str) -> Result<(), Error> {
        let expected = self.management.policy(&WHO, scope)?.revision;
        self.management.save_policy(&WHO, scope, text, expected).map(|_| ())
    }

    /// The policy of an API as it is shown.
    pub(crate) fn policy(&self, id: &ApiId) -> String {
        self.management.policy(&WHO, &Scope::Api(id.clone())).unwrap().text
    }

    pub(crate) fn operation(&self, api: &ApiId, name: &str, method: &str, template: &str) -> OperationId {
        let form =
            OperationForm { name: name.to_owned(), method: method.to_owned(), template: template.to_owned() };
        self.management.create_operation(&WHO, api, &form).unwrap().0
    }

    pub(crate) fn choose(
        &self,
        id: &ApiId,
        credential: domain::credential::NewCredential,
    ) -> Result<(), Error> {
        let form = SecurityForm {
            credential,
            callers: CallersForm::Keep,
            chain: ChainForm::System,
            name: NameForm::Address,
        };
        let expected = self.management.api(&WHO, id)?.revision;
        self.management.save_security(&WHO, id, &form, expected).map(|_| ())
    }
}

/// One of the worthless PFX files of the corpus, as somebody would upload it.
pub(crate) fn pfx(file: &str) -> Upload {
    let path = format!("{}/../certificates/tests/fixtures/pfx/{file}", env!("CARGO_MANIFEST_DIR"));
    Upload {
        file: Secret::new(std::fs::read(path).unwrap()),
        password: Secret::from("Passw0rd!".to_owned()),
        name: String::new(),
        expired: ExpiredIs::Refused,
        choice: None,
    }
}

/// A policy that shows the certificate of this attribute.
pub(crate) fn showing(attribute: &str) -> String {
    format!(
        "<policies>\n    <inbound>\n        <base />\n        <authentication-certificate {attribute} />\n    </inbound>\n</policies>\n"
    )
}

pub(crate) const P256: &str = "ossl3_default_p256.p12";
pub(crate) const RSA: &str = "ossl3_default_rsa2048.p12";
pub(crate) const EXPIRED: &str = "policy_expired.p12";
