//! Finds the leaf: the certificate that the private key belongs to, by public key.

use domain::pfx::{Leaf, Refusal};

use super::Choice;
use super::bags::Label;
use crate::key::{Fit, PrivateKey};
use crate::x509::Certificate;

/// A private key and what the file notes beside it.
pub(super) struct LabelledKey {
    pub(super) key: PrivateKey,
    pub(super) label: Label,
}

/// A certificate and what the file notes beside it.
pub(super) struct LabelledCertificate {
    pub(super) certificate: Certificate,
    pub(super) label: Label,
}

/// A key, its certificate, and all other certificates of the file.
pub(super) struct Pair {
    pub(super) key: PrivateKey,
    pub(super) leaf: Certificate,
    pub(super) others: Vec<Certificate>,
    pub(super) friendly_name: Option<String>,
}

/// The chosen key with its certificate.
pub(super) fn pair(
    mut keys: Vec<LabelledKey>,
    certificates: Vec<LabelledCertificate>,
    choice: Choice<'_>,
) -> Result<Pair, Refusal> {
    let mut certificates = without_repeats(certificates);
    match (keys.is_empty(), certificates.is_empty()) {
        (true, true) => return Err(Refusal::Empty),
        (true, false) => return Err(Refusal::NoKey),
        (false, true) => return Err(Refusal::NoCertificate),
        (false, false) => {}
    }
    let matches = all_matches(&keys, &certificates);
    let (key_at, leaf_at) = choose(&matches, &keys, &certificates, choice)?;
    let key = keys.swap_remove(key_at);
    let leaf = certificates.remove(leaf_at);
    Ok(Pair {
        key: key.key,
        friendly_name: leaf.label.friendly_name.or(key.label.friendly_name),
        leaf: leaf.certificate,
        others: certificates.into_iter().map(|other| other.certificate).collect(),
    })
}

/// The places of a key and of a certificate that belong to each other.
type Match = (usize, usize);

/// Of certificates that are the same, the first that has notes.
fn without_repeats(certificates: Vec<LabelledCertificate>) -> Vec<LabelledCertificate> {
    let mut kept: Vec<LabelledCertificate> = Vec::new();
    for certificate in certificates {
        match kept.iter_mut().find(|other| other.certificate.der == certificate.certificate.der) {
            Some(first) => {
                first.label.friendly_name =
                    first.label.friendly_name.take().or(certificate.label.friendly_name);
                first.label.local_key_id = first.label.local_key_id.take().or(certificate.label.local_key_id);
            }
            None => kept.push(certificate),
        }
    }
    kept
}

fn all_matches(keys: &[LabelledKey], certificates: &[LabelledCertificate]) -> Vec<Match> {
    let mut matches: Vec<Match> = Vec::new();
    for (key_at, key) in keys.iter().enumerate() {
        // A key that the file holds twice is one key.
        let is_repeated = keys.iter().take(key_at).any(|other| other.key.pkcs8() == key.key.pkcs8());
        if !is_repeated {
            matches.extend(matches_of(key, certificates).into_iter().map(|leaf_at| (key_at, leaf_at)));
        }
    }
    matches
}

fn matches_of(key: &LabelledKey, certificates: &[LabelledCertificate]) -> Vec<usize> {
    let with = |wanted: Fit| -> Vec<usize> {
        let places = certificates.iter().enumerate();
        let fitting = places.filter(|(_, other)| key.key.fit(&other.certificate.public_key) == wanted);
        fitting.map(|(at, _)| at).collect()
    };
    let same = with(Fit::Same);
    if !same.is_empty() {
        return same;
    }
    // Only where the public half can't be computed do the writer's notes decide.
    let possible = with(Fit::Unknown);
    let noted = noted_for(key, certificates, &possible);
    if noted.is_empty() { possible.into_iter().take(1).collect() } else { noted }
}

fn noted_for(key: &LabelledKey, certificates: &[LabelledCertificate], among: &[usize]) -> Vec<usize> {
    let is_noted = |at: &usize| {
        let id = certificates.get(*at).and_then(|certificate| certificate.label.local_key_id.as_ref());
        id.is_some() && id == key.label.local_key_id.as_ref()
    };
    among.iter().copied().filter(is_noted).collect()
}

fn choose(
    matches: &[Match],
    keys: &[LabelledKey],
    certificates: &[LabelledCertificate],
    choice: Choice<'_>,
) -> Result<Match, Refusal> {
    let facts = |at: usize| certificates.get(at).map(|leaf| &leaf.certificate.facts);
    if matches.is_empty() {
        return Err(Refusal::Mismatch);
    }
    if let Choice::Thumbprint(wanted) = choice {
        let chosen =
            matches.iter().find(|(_, at)| facts(*at).is_some_and(|facts| facts.thumbprint == *wanted));
        return chosen.copied().ok_or_else(|| ambiguous(matches, certificates));
    }
    let is_one_key = matches.iter().all(|(key_at, _)| Some(*key_at) == matches.first().map(|first| first.0));
    if !is_one_key {
        return Err(ambiguous(matches, certificates));
    }
    let Choice::ValidAt(now) = choice else {
        let longest = matches.iter().max_by_key(|(_, at)| facts(*at).map(|facts| facts.not_after));
        return longest.copied().ok_or(Refusal::Mismatch);
    };
    let is_valid =
        |(_, at): &&Match| facts(*at).is_some_and(|facts| facts.not_before <= now && now <= facts.not_after);
    let valid: Vec<Match> = matches.iter().filter(is_valid).copied().collect();
    let left = if valid.is_empty() { matches } else { &valid };
    let is_noted = |(key_at, at): &&Match| {
        keys.get(*key_at).is_some_and(|key| !noted_for(key, certificates, &[*at]).is_empty())
    };
    let noted: Vec<Match> = left.iter().filter(is_noted).copied().collect();
    match (left, noted.as_slice()) {
        ([only], _) | (_, [only]) => Ok(*only),
        _ => Err(ambiguous(left, certificates)),
    }
}

fn ambiguous(matches: &[Match], certificates: &[LabelledCertificate]) -> Refusal {
    let mut keys: Vec<usize> = matches.iter().map(|(key_at, _)| *key_at).collect();
    keys.dedup();
    let leaves = matches.iter().filter_map(|(_, at)| certificates.get(*at));
    let leaf = |leaf: &LabelledCertificate| {
        let facts = &leaf.certificate.facts;
        Leaf {
            thumbprint: facts.thumbprint.to_string(),
            subject: facts.subject.clone(),
            not_after: facts.not_after,
        }
    };
    Refusal::Ambiguous { keys: keys.len(), leaves: leaves.map(leaf).collect() }
}
