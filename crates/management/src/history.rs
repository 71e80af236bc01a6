//! What policy documents were before: listed, compared with the present one, brought back.

use domain::api::Saved;
use domain::policy_document::{Comparison, DiffLine, PolicyVersion, Scope};
use domain::user::Actor;
use policy::edit::mask_password;
use similar::{ChangeTag, DiffOp, TextDiff};

use crate::Management;
use crate::audit::By;
use crate::authorize::{Act, allow};
use crate::error::Error;
use crate::policies::{expect_policy, present, put_policy};

impl Management {
    /// The texts that a scope's policy had and has, the newest first; none while nobody saved one.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is no such API or operation.
    pub fn policy_versions(&self, actor: &Actor, scope: &Scope) -> Result<Vec<PolicyVersion>, Error> {
        allow(actor, Act::Look)?;
        self.store.read(|view| {
            present(view, scope)?;
            Ok(view.policy_versions(scope)?)
        })
    }

    /// How a version differs from the present text, passwords masked in both.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is no such version (any more).
    pub fn compare_policy(&self, actor: &Actor, scope: &Scope, revision: u64) -> Result<Comparison, Error> {
        allow(actor, Act::Look)?;
        let (version, before, now) = self.store.read(|view| {
            let (version, before) = view.policy_version(scope, revision)?.ok_or(Error::NotFound)?;
            Ok::<_, Error>((version, before, present(view, scope)?.text))
        })?;
        Ok(Comparison { version, hunks: hunks(&mask_password(&before), &mask_password(&now)) })
    }

    /// Saves an earlier text once more, after the same check as any save.
    ///
    /// # Errors
    /// As [`Management::save_policy`]; [`Error::NotFound`] when there is no such version (any more).
    pub fn restore_policy(
        &self,
        actor: &Actor,
        scope: &Scope,
        revision: u64,
        expected: u64,
    ) -> Result<Saved, Error> {
        allow(actor, Act::Publish)?;
        let by = By { actor, now: self.now() };
        let ((), saved) = self.change(|change| {
            expect_policy(change, scope, expected)?;
            let (_, text) = change.view().policy_version(scope, revision)?.ok_or(Error::NotFound)?;
            let touched = put_policy(change, &self.vault, by, scope, &text)?;
            by.record(change, "policy.restore", &scope.to_string(), &format!("revision {revision}"))?;
            Ok(((), touched))
        })?;
        Ok(saved)
    }
}

fn hunks(before: &str, now: &str) -> Vec<Vec<DiffLine>> {
    let diff = TextDiff::from_lines(before, now);
    let lines = |op: &DiffOp| diff.iter_changes(op).map(|change| line(&change)).collect::<Vec<_>>();
    diff.grouped_ops(AROUND).iter().map(|group| group.iter().flat_map(lines).collect()).collect()
}

fn line(change: &similar::Change<&str>) -> DiffLine {
    let text = change.value().trim_end_matches(['\r', '\n']).to_owned();
    let number = |index: Option<usize>| index.and_then(|at| u32::try_from(at + 1).ok()).unwrap_or_default();
    let (old, new) = (number(change.old_index()), number(change.new_index()));
    match change.tag() {
        ChangeTag::Delete => DiffLine::Before(old, text),
        ChangeTag::Insert => DiffLine::Now(new, text),
        ChangeTag::Equal => DiffLine::Both(old, new, text),
    }
}

/// Lines without changes that are shown around those with some.
const AROUND: usize = 3;
