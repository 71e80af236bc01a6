//! The caller's certificate judged as `validate-client-certificate` asks, by the uploaded CA certificates.

use std::sync::Arc;

use ::certificates::judge::{Demands, Identity, Problem, Unproven};
use policy::client_certificate::{self, CertificateChecks, CertificateProblem};
use policy::jwt::{JudgedJwt, Jwt, JwtChecks, JwtProblem};

use crate::playground::made_up::MadeUp;

/// Judges it: for the program in one word, for people in a sentence.
///
/// # Errors
/// The first thing that is wrong with it.
pub(crate) fn judge(call: &MadeUp, checks: &CertificateChecks) -> Result<(), (CertificateProblem, String)> {
    let Some(shown) = &call.shown else {
        return Err((CertificateProblem::NotFound, "the client presented no certificate".to_owned()));
    };
    let demands = Demands {
        not_before: checks.not_before,
        not_after: checks.not_after,
        trust: checks.trust,
        revocation: checks.revocation,
        identities: checks.identities.iter().map(identity).collect(),
    };
    let found = call.judge.judge(&shown.presented, &demands, call.now);
    found.map_err(|problem| (in_one_word(&problem), problem.to_string()))
}

/// Judges a token as if a key that the policy trusts had signed it: no signature is checked, and no provider asked.
///
/// # Errors
/// It can't be read, or now isn't its time.
pub(crate) fn judge_token(call: &MadeUp, checks: &JwtChecks) -> Result<Arc<JudgedJwt>, JwtProblem> {
    let jwt = Jwt::unverified(checks.token.reveal().trim()).ok_or(JwtProblem::Malformed)?;
    if jwt.algorithm == "none" && checks.require_signed {
        return Err(JwtProblem::NotSigned);
    }
    checks.judge_time(&jwt, call.now.unix_timestamp())?;
    let issuers = if checks.openid_configs.is_empty() { Vec::new() } else { vec![jwt.issuer.clone()] };
    Ok(Arc::new(JudgedJwt { jwt, issuers }))
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
