//! The programs of an API and its operations: each document compiled once, then composed with the broader ones.

use std::sync::Arc;

use domain::policy_document::Scope;
use domain::snapshot::{Snapshot, SnapshotApi, SnapshotOperation};
use policy::check;
use policy::program::{DEFAULT_GLOBAL, Program};

use crate::compile::CompileError;
use crate::compiled::CompiledApi;
use crate::operations::CompiledOperation;
use crate::surroundings::{Changes, Surroundings};

/// The document of all APIs.
#[derive(Clone, Debug)]
pub(crate) struct Global {
    /// None for the program's own.
    source: Option<Arc<str>>,
    program: Arc<Program>,
}

/// All that one API runs.
pub(crate) struct Programs {
    /// Its own document.
    pub(crate) own: Arc<Program>,
    /// What is run for requests of no operation.
    pub(crate) program: Arc<Program>,
    pub(crate) operations: Vec<Arc<CompiledOperation>>,
}

/// What the documents of an API are compiled and composed with.
#[derive(Clone, Copy)]
pub(crate) struct MadeWith<'c> {
    pub(crate) global: &'c Global,
    /// What the snapshot before was composed with.
    pub(crate) before_global: Option<&'c Global>,
    pub(crate) surroundings: &'c Surroundings,
    pub(crate) changes: &'c Changes,
}

impl Global {
    /// The document of all APIs of a snapshot: the one of `before`, if it is the same.
    ///
    /// # Errors
    /// It has mistakes.
    pub(crate) fn of(
        snapshot: &Snapshot,
        surroundings: &Surroundings,
        before: Option<&Self>,
        changes: &Changes,
    ) -> Result<Self, CompileError> {
        let is_same = |before: &&Self| before.is_from(snapshot) && !changes.touch(&before.program);
        if let Some(before) = before.filter(is_same) {
            return Ok(before.clone());
        }
        let text = snapshot.policy.as_deref().unwrap_or(DEFAULT_GLOBAL);
        Ok(Self { source: snapshot.policy.clone(), program: compile(text, surroundings, || Scope::All)? })
    }

    /// Whether `other` is the very same program.
    pub(crate) fn is(&self, other: Option<&Self>) -> bool {
        other.is_some_and(|other| Arc::ptr_eq(&self.program, &other.program))
    }

    fn is_from(&self, snapshot: &Snapshot) -> bool {
        match (&self.source, &snapshot.policy) {
            (Some(old), Some(new)) => Arc::ptr_eq(old, new),
            (old, new) => old.is_none() && new.is_none(),
        }
    }
}

impl Programs {
    /// Compiles and composes what `before` – the same API in the snapshot before – doesn't have already.
    ///
    /// # Errors
    /// A document has mistakes.
    pub(crate) fn of(
        source: &SnapshotApi,
        before: Option<&CompiledApi>,
        made_with: &MadeWith<'_>,
    ) -> Result<Self, CompileError> {
        let MadeWith { global, before_global, surroundings, changes } = *made_with;
        let is_same =
            |before: &&CompiledApi| before.source.policy == source.policy && !changes.touch(&before.own);
        let own = match before.filter(is_same) {
            Some(before) => Arc::clone(&before.own),
            None => compile(&source.policy, surroundings, || Scope::Api(source.id.clone()))?,
        };
        let same = before.filter(|before| Arc::ptr_eq(&own, &before.own) && global.is(before_global));
        let program = match same {
            Some(before) => Arc::clone(&before.program),
            None => Arc::new(Program::compose(&[&global.program, &own])),
        };
        let operation = |operation: &SnapshotOperation| {
            let is_same = |earlier: &&Arc<CompiledOperation>| {
                earlier.own.as_ref().is_none_or(|own| !changes.touch(own))
            };
            let earlier = before.and_then(|before| before.operation_before(operation)).filter(is_same);
            let narrow = match (&operation.policy, earlier) {
                (None, _) => None,
                (Some(_), Some(earlier)) => earlier.own.clone(),
                (Some(text), None) => {
                    let scope = || Scope::Operation(source.id.clone(), operation.id.clone());
                    Some(compile(text, surroundings, scope)?)
                }
            };
            let composed = match (&narrow, earlier.filter(|_| same.is_some())) {
                (None, _) => Arc::clone(&program),
                (Some(_), Some(earlier)) => Arc::clone(&earlier.program),
                (Some(narrow), None) => Arc::new(Program::compose(&[&global.program, &own, narrow])),
            };
            Ok(CompiledOperation::new(operation, narrow, composed))
        };
        let operations = source.operations.iter().map(operation).collect::<Result<_, CompileError>>()?;
        Ok(Self { own, program, operations })
    }
}

fn compile(
    text: &str,
    surroundings: &Surroundings,
    scope: impl FnOnce() -> Scope,
) -> Result<Arc<Program>, CompileError> {
    let program = check::compile_in(text, surroundings);
    program.map(Arc::new).map_err(|problems| CompileError::Policy { scope: scope(), problems })
}
