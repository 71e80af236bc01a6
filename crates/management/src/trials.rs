//! The outcomes of connection tests with certificates that aren't in force yet. In memory: after a restart they are run
//! again.

use std::collections::VecDeque;
use std::sync::Mutex;

use domain::api::ApiLink;
use domain::name::{ApiId, CertificateId};
use domain::probe::ProbeReport;
use domain::replacement::{Trial, Trials};

use crate::lock;

/// The tests of the replacements that were uploaded last.
#[derive(Debug, Default)]
pub(crate) struct RunTrials(Mutex<VecDeque<Run>>);

#[derive(Debug)]
struct Run {
    id: CertificateId,
    version: u32,
    trials: Trials,
}

impl RunTrials {
    /// Notes that the tests of these APIs begin, in place of earlier ones of the certificate.
    pub(crate) fn begin(&self, id: &CertificateId, version: u32, apis: Vec<ApiLink>, total: u64) {
        let mut runs = lock(&self.0);
        runs.retain(|run| run.id != *id);
        if runs.len() >= MOST_RUNS {
            runs.pop_front();
        }
        let tried = apis.into_iter().map(|api| Trial { api, report: None }).collect();
        runs.push_back(Run { id: id.clone(), version, trials: Trials { tried, apis: total } });
    }

    /// Notes how a test went.
    pub(crate) fn note(&self, id: &CertificateId, version: u32, api: &ApiId, report: ProbeReport) {
        let mut runs = lock(&self.0);
        let run = runs.iter_mut().find(|run| run.id == *id && run.version == version);
        let trial = run.and_then(|run| run.trials.tried.iter_mut().find(|trial| trial.api.id == *api));
        if let Some(trial) = trial {
            trial.report = Some(report);
        }
    }

    /// The tests of a version; `None` if they weren't begun, or are forgotten.
    pub(crate) fn of(&self, id: &CertificateId, version: u32) -> Option<Trials> {
        let runs = lock(&self.0);
        runs.iter().find(|run| run.id == *id && run.version == version).map(|run| run.trials.clone())
    }
}

const MOST_RUNS: usize = 50;
