//! Documents checked again when something changes that they name.

use domain::fragment::{DocumentLink, FragmentId};
use domain::name::CertificateId;
use domain::policy_document::{PolicyProblem, Scope, Severity};
use store::transaction::Change;

use crate::Management;
use crate::audit::By;
use crate::error::{Broken, Error};
use crate::policies::{derive, is_broken};

/// The documents that name what was changed.
pub(crate) struct Dependents {
    pub(crate) scopes: Vec<Scope>,
    pub(crate) fragments: Vec<FragmentId>,
}

impl Management {
    /// Checks every dependent with what stands in the store by now, and derives anew what follows from it. Gives the
    /// certificates that came into use or went out of it.
    ///
    /// # Errors
    /// [`Error::WouldBreak`] with each document that has mistakes now.
    pub(crate) fn check_again(
        &self,
        change: &Change<'_>,
        by: By<'_>,
        dependents: &Dependents,
    ) -> Result<Vec<CertificateId>, Error> {
        let view = change.view();
        let mut broken = Vec::new();
        let mut used = Vec::new();
        for id in &dependents.fragments {
            let Some(fragment) = view.fragment(id)? else { continue };
            match self.names_in(&view, &fragment.document) {
                Ok(_) => {}
                Err(Error::Policy(_)) if self.was_broken_fragment(&fragment.document) => {}
                Err(Error::Policy(problems)) => {
                    broken.extend(Broken::by(DocumentLink::Fragment(id.clone()), problems));
                }
                Err(other) => return Err(other),
            }
        }
        for scope in &dependents.scopes {
            let (Some(document), Some(link)) = (view.policy(scope)?, view.scope_link(scope)?) else {
                continue;
            };
            match derive(change, &self.vault, by, scope, &document.text) {
                Ok(touched) => used.extend(touched),
                Err(Error::Policy(_)) if self.was_broken(scope, &document.text) => {}
                Err(Error::Policy(problems)) => {
                    broken.extend(Broken::by(DocumentLink::Policy(link), problems));
                }
                Err(other) => return Err(other),
            }
        }
        if broken.is_empty() { Ok(used) } else { Err(Error::WouldBreak(broken)) }
    }

    /// Whether a document had mistakes before the change that is being made: then it isn't the change that breaks it,
    /// and what it names can be mended one after the other.
    fn was_broken(&self, scope: &Scope, text: &str) -> bool {
        self.store.read(|view| Ok::<_, Error>(is_broken(view, &self.vault, scope, text))).unwrap_or(false)
    }

    fn was_broken_fragment(&self, text: &str) -> bool {
        let names = self.store.read(|view| self.names_in(view, text));
        matches!(names, Err(Error::Policy(_)))
    }
}

impl Broken {
    /// A document with the first of its errors.
    fn by(document: DocumentLink, problems: Vec<PolicyProblem>) -> Option<Self> {
        let first = problems.into_iter().find(|problem| problem.severity == Severity::Error)?;
        Some(Self { document, problem: first })
    }
}
