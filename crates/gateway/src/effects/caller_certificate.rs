//! Judges the caller's certificate as `validate-client-certificate` and `Verify()` ask for.

use std::cell::{OnceCell, RefCell};
use std::rc::Rc;
use std::sync::Arc;

use certificates::judge::{Demands, Identity, Presented, Problem, Unproven};
use policy::client_certificate::{self, CertificateChecks, CertificateProblem};

use crate::authorities::Authorities;
use crate::exchange::Exchange;

/// What was found out about one certificate, for as long as it is known. Its chain is read once. A verdict holds for
/// the second in which it was found and for the authorities by which: all that it depends on changes with either.
#[derive(Debug, Default)]
pub(crate) struct Verdicts {
    presented: OnceCell<Presented>,
    last: RefCell<Option<Verdict>>,
}

#[derive(Debug)]
struct Verdict {
    checks: CertificateChecks,
    second: i64,
    authorities: Arc<Authorities>,
    found: Result<(), Refused>,
}

/// Why a certificate is no good: for the program in one word, for publishers in a sentence.
#[derive(Clone, Debug)]
pub(crate) struct Refused {
    pub(crate) problem: CertificateProblem,
    pub(crate) sentence: Rc<str>,
}

/// Judges the certificate of the caller as it is now.
///
/// # Errors
/// The first thing that is wrong with it.
pub(crate) fn judge(exchange: &Exchange, checks: &CertificateChecks) -> Result<(), Refused> {
    let Some(certificate) = &exchange.caller.certificate else {
        let sentence = Rc::from("the client presented no certificate");
        return Err(Refused { problem: CertificateProblem::NotFound, sentence });
    };
    let shared = &exchange.connection.worker.shared;
    let (live, now) = (shared.live.current(), shared.clock.now());
    let (verdicts, second) = (&certificate.verdicts, now.unix_timestamp());
    if let Some(last) = verdicts.last.borrow().as_ref()
        && last.second == second
        && Arc::ptr_eq(&last.authorities, &live.authorities)
        && last.checks == *checks
    {
        return last.found.clone();
    }
    let presented = verdicts.presented.get_or_init(|| Presented::read(&certificate.chain));
    let found = live.authorities.judge.judge(presented, &demands(checks), now);
    let found = found
        .map_err(|problem| Refused { problem: in_one_word(&problem), sentence: problem.to_string().into() });
    let (checks, authorities) = (checks.clone(), Arc::clone(&live.authorities));
    verdicts.last.replace(Some(Verdict { checks, second, authorities, found: found.clone() }));
    found
}

fn demands(checks: &CertificateChecks) -> Demands {
    Demands {
        not_before: checks.not_before,
        not_after: checks.not_after,
        trust: checks.trust,
        revocation: checks.revocation,
        identities: checks.identities.iter().map(identity).collect(),
    }
}

fn identity(one: &client_certificate::Identity) -> Identity {
    Identity {
        thumbprint: one.thumbprint.clone(),
        serial_number: one.serial_number.clone(),
        common_name: one.common_name.clone(),
        subject: one.subject.clone(),
        dns_name: one.dns_name.clone(),
        issuer_subject: one.issuer_subject.clone(),
        issuer_thumbprint: one.issuer_thumbprint.clone(),
        issuer_certificate_id: one.issuer_certificate_id.clone(),
    }
}

fn in_one_word(problem: &Problem) -> CertificateProblem {
    match problem {
        Problem::NotYetValid { .. } => CertificateProblem::NotYetValid,
        Problem::Expired { .. } => CertificateProblem::Expired,
        Problem::NotTrusted(_) => CertificateProblem::NotTrusted,
        Problem::Revoked(Unproven::Listed { .. }) => CertificateProblem::Revoked,
        Problem::Revoked(_) => CertificateProblem::RevocationUnknown,
        Problem::IdentityNotMatched => CertificateProblem::IdentityNotMatched,
    }
}
