//! Calls that nobody makes: what the policies in force would do with them. Nothing leaves the process.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

use ::certificates::pem;
use domain::certificate::Thumbprint;
use domain::name::{ApiId, CertificateId};
use domain::operation::OperationLink;
use domain::operation_paths::{OperationPaths, parameters};
use domain::playground::{Ending, Played, PlayedBy, PlayedCaller};
use domain::snapshot::{Snapshot, SnapshotApi, SnapshotOperation};
use domain::template::OperationMethod;
use domain::user::Actor;
use policy::check::compile_in;
use policy::program::{DEFAULT_GLOBAL, Program};
use store::transaction::View;

use crate::authorize::{Act, allow};
use crate::error::{Error, FieldProblem, Problem};
use crate::playground::made_up::{MadeUp, Shown};
use crate::playground::surroundings::InForce;
use crate::{Management, lock};

mod address;
mod judged;
mod made_up;
mod message;
mod stage;
mod surroundings;
mod words;

/// What a person entered.
#[derive(Clone, Debug, Default)]
pub struct PlaygroundForm {
    pub by: PlayedBy,
    /// The caller's address; empty for one on this machine.
    pub address: String,
    pub method: String,
    /// Behind the API's suffix, perhaps with a query.
    pub path: String,
    /// Lines of `Name: value`.
    pub headers: String,
    pub body: String,
}

impl Management {
    /// What would become of a call to an API. It shows how policies work inside, as a trace does, so that only who may
    /// change them may ask.
    ///
    /// # Errors
    /// Fields `method`, `path`, `headers`, `address`, `pem`, `certificate`, `call`; [`Error::NotFound`] when there is no
    /// such API; [`Error::Unusable`] when the gateway can't use it.
    pub fn play(&self, actor: &Actor, api: &ApiId, form: &PlaygroundForm) -> Result<Played, Error> {
        allow(actor, Act::Publish)?;
        if let Some(fault) = (self.plane.faults)().iter().find(|fault| fault.stops(api)) {
            return Err(Error::Unusable { reason: fault.reason.clone() });
        }
        let snapshot = Arc::clone(&lock(&self.published).snapshot);
        let api = snapshot.apis.get(api).cloned().ok_or(Error::NotFound)?;
        let mut asked = asked(form)?;
        let (chain, address) = self.caller(form, asked.address)?;
        let removed = self.without_claims(&mut asked.headers, &address);
        let shown = Shown::read(chain);
        let caller = shown.as_ref().map(caller_words).transpose()?;
        let mut played = Played {
            operation: None,
            caller,
            removed,
            steps: Vec::new(),
            forwarded: None,
            ending: Ending::NoOperation,
        };
        let (rest, _) = asked.path.split_once('?').unwrap_or((&asked.path, ""));
        let operation = operation(&api, asked.method.as_str(), rest);
        if operation.is_none() && !api.operations.is_empty() {
            return Ok(played);
        }
        played.operation = operation.map(|one| OperationLink { id: one.id.clone(), name: one.name.clone() });
        let program = program(&snapshot, &api, operation)?;
        let matched = operation.map(|one| (one.clone(), parameters(&one.template, rest)));
        let call = MadeUp::new(self.now(), &snapshot, &api, matched, &asked, (shown, address));
        self.store.read(|view| stage::run(view, call, &program, &mut played))?;
        Ok(played)
    }

    /// Takes out the headers that policies wouldn't see from a caller at this address, as the gateway does.
    fn without_claims(&self, headers: &mut Vec<(String, String)>, address: &str) -> Vec<String> {
        let address = address.parse().unwrap_or(IpAddr::V4(Ipv4Addr::LOCALHOST));
        let removed = headers.extract_if(.., |(name, _)| !(self.plane.passes)(name, address));
        removed.map(|(name, _)| name).collect()
    }

    /// The chain that the caller shows (DER, leaf first; none without a certificate), and the address it comes from.
    fn caller(
        &self,
        form: &PlaygroundForm,
        address: Option<IpAddr>,
    ) -> Result<(Vec<Vec<u8>>, String), Error> {
        let text = address.map_or_else(|| HERE.to_owned(), |address| address.to_string());
        let read = |field, text: &str| {
            pem::certificates(text.as_bytes()).map_err(|_| Error::invalid(field, Problem::Pem))
        };
        match &form.by {
            PlayedBy::Nobody => Ok((Vec::new(), text)),
            PlayedBy::Pem(pem) => Ok((read("pem", pem)?, text)),
            PlayedBy::Uploaded(id) => {
                Ok((self.store.read(|view| uploaded(view, Some(id.clone()), "certificate"))?, text))
            }
            PlayedBy::Thumbprint(thumbprint) => {
                let thumbprint = thumbprint
                    .parse()
                    .map_err(|_| Error::invalid("thumbprint", Problem::NoSuchCertificate))?;
                let chain = self
                    .store
                    .read(|view| uploaded(view, view.certificate_meant_by(&thumbprint)?, "thumbprint"))?;
                Ok((chain, text))
            }
            PlayedBy::Failed(id) => {
                let kept = self.kept_call(id)?.ok_or_else(|| Error::invalid("call", Problem::NoSuchCall))?;
                let call = kept.call;
                let text = if address.is_some() { text } else { call.caller.address };
                let shown = call.caller.certificate.map(|shown| read("call", &shown.pem)).transpose()?;
                Ok((shown.unwrap_or_default(), text))
            }
        }
    }
}

/// What was entered, once it is known to be valid.
pub(crate) struct Asked {
    method: OperationMethod,
    path: String,
    headers: Vec<(String, String)>,
    body: String,
    address: Option<IpAddr>,
}

/// All fields are judged, so that a person hears of everything at once.
fn asked(form: &PlaygroundForm) -> Result<Asked, Error> {
    let mut problems = Vec::new();
    let mut complain = |field, problem| problems.push(FieldProblem { field, problem });
    let method =
        form.method.parse::<OperationMethod>().map_err(|error| complain("method", Problem::Method(error)));
    let path = form.path.trim();
    let sendable =
        path.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'#') && path.len() <= PATH_LIMIT;
    if !sendable || (!path.is_empty() && !path.starts_with(['/', '?'])) {
        complain("path", Problem::Path);
    }
    let lines = form.headers.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    let mut headers = Vec::new();
    for (number, line) in lines {
        match header(line) {
            Some(header) => headers.push(header),
            None => complain("headers", Problem::HeaderLine { line: number + 1 }),
        }
    }
    let address = match form.address.trim() {
        "" => Ok(None),
        text => text.parse().map(Some).map_err(|_| complain("address", Problem::IpAddress)),
    };
    match (method, address) {
        (Ok(method), Ok(address)) if problems.is_empty() => {
            Ok(Asked { method, path: path.to_owned(), headers, body: form.body.clone(), address })
        }
        _ => Err(Error::Invalid(problems)),
    }
}

/// Name and value of a line.
fn header(line: &str) -> Option<(String, String)> {
    let (name, value) = line.split_once(':')?;
    let is_token = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    let good = !name.is_empty()
        && name.bytes().all(is_token)
        && !value.chars().any(|one| one.is_control() && one != '\t');
    good.then(|| (name.to_owned(), value.trim().to_owned()))
}

fn operation<'a>(api: &'a SnapshotApi, method: &str, rest: &str) -> Option<&'a SnapshotOperation> {
    let paths = OperationPaths::new(api.operations.iter().map(|one| (&one.method, &one.template)));
    api.operations.get(paths.find(method, rest)?)
}

/// The chain of an uploaded certificate, leaf first.
fn uploaded(view: &View<'_>, id: Option<CertificateId>, field: &'static str) -> Result<Vec<Vec<u8>>, Error> {
    let gone = || Error::invalid(field, Problem::NoSuchCertificate);
    let id = id.ok_or_else(gone)?;
    let slot = view.certificate(&id)?.ok_or_else(gone)?;
    Ok(view.certificate_version(&id, slot.version)?.ok_or_else(gone)?.chain)
}

/// What the gateway runs for the operation.
fn program(
    snapshot: &Snapshot,
    api: &SnapshotApi,
    operation: Option<&SnapshotOperation>,
) -> Result<Program, Error> {
    let compiled = |text: &str, operation| {
        let environment = InForce { snapshot, operation };
        // What is in force was checked when it was saved.
        compile_in(text, &environment).map_err(|found| Error::Policy(crate::policies::problems(text, &found)))
    };
    let global = compiled(snapshot.policy.as_deref().unwrap_or(DEFAULT_GLOBAL), None)?;
    let own = compiled(&api.policy, None)?;
    let narrow = operation.and_then(|one| Some((one, one.policy.as_deref()?)));
    let narrow = narrow.map(|(one, text)| compiled(text, Some(one))).transpose()?;
    Ok(match &narrow {
        Some(narrow) => Program::compose(&[&global, &own, narrow]),
        None => Program::compose(&[&global, &own]),
    })
}

fn caller_words(shown: &Shown) -> Result<PlayedCaller, Error> {
    let facts = &shown.facts;
    let thumbprint: Thumbprint = facts.thumbprint.parse().map_err(Error::failed)?;
    Ok(PlayedCaller { subject: facts.subject.to_string(), issuer: facts.issuer.to_string(), thumbprint })
}

const HERE: &str = "127.0.0.1";
const PATH_LIMIT: usize = 4_000;
