//! `validate-jwt`: lets only calls pass that carry a good token.

use crate::catalog::{Attribute, YES_NO};
use crate::effect::Hidden;
use crate::failure::Failure;
use crate::jwt::{JudgedJwt, Jwt, JwtChecks, JwtProblem};
use crate::program::Section;
use crate::situation::Situation;
use crate::statements::check_header::refusing_status;
use crate::statements::jwt_keys::{self, KeyPlan};
use crate::statements::reader::Reader;
use crate::statements::set_header::read_values;
use crate::statements::table::{Read, Statement};
use crate::statements::values::LONGEST_S;
use crate::step::{Action, Setting, Written};

#[derive(Clone, Debug)]
pub(crate) struct JwtPlan {
    from: From,
    scheme: Option<Written>,
    status: Setting<u64>,
    message: Option<Written>,
    require_expiration: Setting<bool>,
    require_signed: Setting<bool>,
    clock_skew_s: Setting<u64>,
    pub(crate) variable: Option<String>,
    openid_configs: Vec<Written>,
    keys: Vec<KeyPlan>,
    audiences: Vec<Written>,
    issuers: Vec<Written>,
    claims: Vec<ClaimPlan>,
}

/// Where the token is.
#[derive(Clone, Debug)]
enum From {
    Header(Written),
    Query(Written),
    Value(Written),
}

#[derive(Clone, Debug)]
struct ClaimPlan {
    name: String,
    matched: Match,
    separator: Option<String>,
    values: Vec<Written>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Match {
    All,
    Any,
}

/// Reads `<validate-jwt header-name="…" …>`.
pub(crate) fn read(reader: &mut Reader<'_, '_>) -> Option<Action> {
    let from = read_from(reader);
    let scheme = reader.text("require-scheme");
    let status = reader.number("failed-validation-httpcode", 400..=599);
    let message = reader.text("failed-validation-error-message");
    let require_expiration = reader.flag("require-expiration-time", true);
    let require_signed = reader.flag("require-signed-tokens", true);
    let clock_skew_s = reader.number("clock-skew", 0..=LONGEST_S);
    let variable = reader.literal("output-token-variable-name");
    let openid_configs = read_configs(reader);
    let keys = jwt_keys::read(reader);
    let audiences = read_list(reader, &AUDIENCES, "audience");
    let issuers = read_list(reader, &ISSUERS, "issuer");
    let claims = read_claims(reader);
    if let Some(keys) = reader.only_child("decryption-keys") {
        let message = "encrypted tokens are not supported yet";
        reader.error("unsupported-element", keys.name_span, message);
    }
    Some(Action::ValidateJwt(Box::new(JwtPlan {
        from: from?,
        scheme: scheme?,
        status: status?.unwrap_or(Setting::Fixed(UNAUTHORIZED)),
        message: message?,
        require_expiration: require_expiration?,
        require_signed: require_signed?,
        clock_skew_s: clock_skew_s?.unwrap_or(Setting::Fixed(0)),
        variable: variable?,
        openid_configs: openid_configs?,
        keys: keys?,
        audiences: audiences?,
        issuers: issuers?,
        claims: claims?,
    })))
}

fn read_from(reader: &mut Reader<'_, '_>) -> Option<From> {
    let ways = ["header-name", "query-parameter-name", "token-value"];
    let given: Vec<_> = ways.into_iter().filter(|name| reader.element.attribute(name).is_some()).collect();
    let [name] = given.as_slice() else {
        let (code, which) = if given.is_empty() {
            ("missing-attribute", "one")
        } else {
            ("conflicting-attributes", "only one")
        };
        let message =
            format!("{which} of `header-name`, `query-parameter-name` and `token-value` must be given");
        reader.error(code, reader.element.name_span, message);
        return None;
    };
    let written = reader.required_text(name)?;
    Some(match *name {
        "header-name" => From::Header(written),
        "query-parameter-name" => From::Query(written),
        _ => From::Value(written),
    })
}

fn read_configs(reader: &mut Reader<'_, '_>) -> Option<Vec<Written>> {
    let mut all = Some(Vec::new());
    for child in reader.children("openid-config") {
        let mut part = reader.child(child);
        part.check_shape(&OPENID_CONFIG);
        match (read_config(&mut part), &mut all) {
            (Some(url), Some(list)) => list.push(url),
            _ => all = None,
        }
    }
    all
}

fn read_config(part: &mut Reader<'_, '_>) -> Option<Written> {
    let url = part.required_text("url")?;
    if let Some(Err(problem)) = url.literal().map(address::url::url) {
        let span = part.element.attribute("url").map_or(part.element.name_span, |url| url.value_span);
        part.error("invalid-value", span, format!("`url` can't be called: {problem}"));
        return None;
    }
    Some(url)
}

fn read_list(
    reader: &mut Reader<'_, '_>,
    list: &'static Statement,
    item: &'static str,
) -> Option<Vec<Written>> {
    let Some(element) = reader.only_child(list.name) else { return Some(Vec::new()) };
    let mut part = reader.child(element);
    part.check_shape(list);
    let children: Vec<_> = part.children(item).collect();
    children.into_iter().map(|child| part.word_in(child)).collect()
}

fn read_claims(reader: &mut Reader<'_, '_>) -> Option<Vec<ClaimPlan>> {
    let Some(element) = reader.only_child("required-claims") else { return Some(Vec::new()) };
    let mut part = reader.child(element);
    part.check_shape(&REQUIRED_CLAIMS);
    let children: Vec<_> = part.children("claim").collect();
    children.into_iter().map(|child| read_claim(&mut part.child(child))).collect()
}

fn read_claim(part: &mut Reader<'_, '_>) -> Option<ClaimPlan> {
    part.check_shape(&CLAIM);
    let name = part.required("name");
    let matched = part.choice("match", &[("all", Match::All), ("any", Match::Any)]);
    let separator = part.literal("separator");
    let values = read_values(part);
    Some(ClaimPlan {
        name: name?.text.to_owned(),
        matched: matched?.unwrap_or(Match::All),
        separator: separator?.filter(|separator| !separator.is_empty()),
        values: values?,
    })
}

impl JwtPlan {
    /// What to ask the host; or the failure of a call without a token.
    pub(crate) fn checks(&self, situation: &Situation<'_>) -> Result<JwtChecks, Failure> {
        let Some(token) = self.token(situation)? else {
            return Err(self.refusal("TokenNotPresent", "JWT not present.", situation)?);
        };
        Ok(JwtChecks {
            token: Hidden(token),
            openid_configs: self.configs(situation)?,
            keys: self.keys.iter().map(|key| key.key(situation)).collect::<Result<_, _>>()?,
            require_signed: situation.flag(&self.require_signed)?,
            require_expiration: situation.flag(&self.require_expiration)?,
            clock_skew_s: situation.number(&self.clock_skew_s)?.min(LONGEST_S),
        })
    }

    fn configs(&self, situation: &Situation<'_>) -> Result<Vec<String>, Failure> {
        let address = |written: &Written| {
            let url = situation.line(written)?.trim().to_owned();
            let no_address =
                || Failure::hidden("InvalidUrl", "The address of the OpenID configuration is none.", 500);
            if address::url::url(&url).is_ok() { Ok(url) } else { Err(no_address()) }
        };
        self.openid_configs.iter().map(address).collect()
    }

    /// The token, if it is good in all that the host doesn't judge.
    pub(crate) fn judge(
        &self,
        judged: Result<&JudgedJwt, JwtProblem>,
        situation: &Situation<'_>,
    ) -> Result<Jwt, Failure> {
        let judged = match judged {
            Ok(judged) => judged,
            Err(problem) => {
                let (reason, message) = words(problem);
                return Err(self.refusal(reason, message, situation)?);
            }
        };
        let jwt = &judged.jwt;
        let audiences = self.texts(&self.audiences, situation)?;
        if !audiences.is_empty() && !jwt.audiences.iter().any(|audience| audiences.contains(audience)) {
            return Err(self.refusal(
                "TokenAudienceNotAllowed",
                "The audience is not allowed.",
                situation,
            )?);
        }
        let mut issuers = self.texts(&self.issuers, situation)?;
        let checks_issuer = !issuers.is_empty() || !judged.issuers.is_empty();
        issuers.extend(judged.issuers.iter().cloned());
        if checks_issuer && !issuers.contains(&jwt.issuer) {
            return Err(self.refusal("TokenIssuerNotAllowed", "The issuer is not allowed.", situation)?);
        }
        for claim in &self.claims {
            self.judge_claim(claim, jwt, situation)?;
        }
        Ok(jwt.clone())
    }

    fn judge_claim(&self, claim: &ClaimPlan, jwt: &Jwt, situation: &Situation<'_>) -> Result<(), Failure> {
        let Some((_, found)) = jwt.claims.iter().find(|(name, _)| *name == claim.name) else {
            let message = format!("The claim `{}` is missing.", claim.name);
            return Err(self.refusal("TokenClaimNotFound", &message, situation)?);
        };
        let found: Vec<&str> = match &claim.separator {
            Some(separator) => found.iter().flat_map(|value| value.split(separator.as_str())).collect(),
            None => found.iter().map(String::as_str).collect(),
        };
        let wanted = self.texts(&claim.values, situation)?;
        let has = |wanted: &String| found.contains(&wanted.as_str());
        let fits = match claim.matched {
            Match::All => wanted.iter().all(has),
            Match::Any => wanted.is_empty() || wanted.iter().any(has),
        };
        if fits {
            return Ok(());
        }
        let message = format!("The claim `{}` has a value that is not allowed.", claim.name);
        Err(self.refusal("TokenClaimValueNotAllowed", &message, situation)?)
    }

    fn token(&self, situation: &Situation<'_>) -> Result<Option<String>, Failure> {
        let whole = match &self.from {
            From::Value(value) => situation.text(value)?,
            From::Header(name) => {
                let name = situation.text(name)?;
                situation.facts.header(&name).into_iter().next().unwrap_or_default().into_owned()
            }
            From::Query(name) => query_value(situation, &situation.text(name)?).unwrap_or_default(),
        };
        let whole = whole.trim();
        let scheme = self.scheme.as_ref().map(|scheme| situation.text(scheme)).transpose()?;
        let (first, rest) = whole.split_once(' ').unwrap_or(("", whole));
        let is_scheme = |wanted: &str| first.eq_ignore_ascii_case(wanted.trim());
        let token = match scheme.as_deref().filter(|scheme| !scheme.trim().is_empty()) {
            Some(scheme) if is_scheme(scheme) => rest,
            Some(_) => "",
            None if is_scheme("Bearer") => rest,
            None => whole,
        };
        Ok(Some(token.trim().to_owned()).filter(|token| !token.is_empty()))
    }

    fn texts(&self, list: &[Written], situation: &Situation<'_>) -> Result<Vec<String>, Failure> {
        list.iter().map(|written| situation.text(written)).collect()
    }

    fn refusal(
        &self,
        reason: &'static str,
        message: &str,
        situation: &Situation<'_>,
    ) -> Result<Failure, Failure> {
        let status = refusing_status(situation.number(&self.status)?)?;
        let told = match &self.message {
            Some(told) => situation.text(told)?,
            None => message.to_owned(),
        };
        Ok(Failure { told: Some(told.into()), ..Failure::hidden(reason, message, status) })
    }
}

fn words(problem: JwtProblem) -> (&'static str, &'static str) {
    match problem {
        JwtProblem::Malformed => ("JwtInvalid", "Invalid JWT."),
        JwtProblem::NotSigned => ("TokenSignatureInvalid", "The token is not signed."),
        JwtProblem::KeyNotFound => {
            ("TokenSignatureKeyNotFound", "No key was found that may have signed the token.")
        }
        JwtProblem::SignatureInvalid => ("TokenSignatureInvalid", "The signature is not valid."),
        JwtProblem::Expired => ("TokenExpired", "The token has expired."),
        JwtProblem::NoExpiration => ("JwtInvalid", "The token has no expiration time."),
        JwtProblem::NotYetValid => ("JwtInvalid", "The token is not valid yet."),
        JwtProblem::KeysUnavailable => ("JwtInvalid", "The keys could not be fetched."),
    }
}

/// The first value of a parameter of the query.
fn query_value(situation: &Situation<'_>, name: &str) -> Option<String> {
    let query = situation.facts.url(crate::facts::Address::Original).query.into_owned();
    let mut pairs = query.split('&').map(|pair| pair.split_once('=').unwrap_or((pair, "")));
    let value = pairs.find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value)?;
    // A token holds no character that would be encoded, but for the blank behind its scheme.
    Some(value.replace("%20", " ").replace('+', " "))
}

pub(crate) static VALIDATE_JWT: Statement = Statement {
    sections: &[Section::Inbound],
    attributes: &[
        Attribute::valued("header-name"),
        Attribute::valued("query-parameter-name"),
        Attribute::valued("token-value"),
        Attribute::valued("failed-validation-httpcode"),
        Attribute::valued("failed-validation-error-message"),
        Attribute::valued("require-expiration-time").one_of(YES_NO),
        Attribute::valued("require-signed-tokens").one_of(YES_NO),
        Attribute::valued("require-scheme"),
        Attribute::valued("clock-skew"),
        Attribute::new("output-token-variable-name"),
    ],
    children: &[
        "openid-config",
        "issuer-signing-keys",
        "decryption-keys",
        "audiences",
        "issuers",
        "required-claims",
    ],
    ..Statement::new("validate-jwt", "Refuses calls without a good token.", Read::Step(read))
};

pub(crate) static OPENID_CONFIG: Statement = Statement {
    attributes: &[Attribute::valued("url").required()],
    ..Statement::new(
        "openid-config",
        "The address of an OpenID configuration with issuer and keys.",
        Read::Part,
    )
};

pub(crate) static ISSUER_SIGNING_KEYS: Statement = Statement {
    children: &["key"],
    later_children: &["zumo-master-key"],
    ..Statement::new("issuer-signing-keys", "The keys that may have signed the token.", Read::Part)
};

pub(crate) static DECRYPTION_KEYS: Statement = Statement {
    children: &["key"],
    ..Statement::new("decryption-keys", "The keys of encrypted tokens.", Read::Part)
};

pub(crate) static KEY: Statement = Statement {
    attributes: &[
        Attribute::new("id"),
        Attribute::new("certificate-id"),
        Attribute::valued("n"),
        Attribute::valued("e"),
    ],
    children: &["#text"],
    ..Statement::new("key", "One key: its text in base64, `n` and `e`, or a certificate.", Read::Part)
};

pub(crate) static AUDIENCES: Statement = Statement {
    children: &["audience"],
    ..Statement::new("audiences", "Whom the token may be for; one must fit.", Read::Part)
};

pub(crate) static AUDIENCE: Statement =
    Statement { children: &["#text"], ..Statement::new("audience", "One audience.", Read::Part) };

pub(crate) static ISSUERS: Statement = Statement {
    children: &["issuer"],
    ..Statement::new("issuers", "Whom the token may be from; one must fit.", Read::Part)
};

pub(crate) static ISSUER: Statement =
    Statement { children: &["#text"], ..Statement::new("issuer", "One issuer.", Read::Part) };

pub(crate) static REQUIRED_CLAIMS: Statement = Statement {
    children: &["claim"],
    ..Statement::new("required-claims", "What the token must say.", Read::Part)
};

pub(crate) static CLAIM: Statement = Statement {
    attributes: &[
        Attribute::new("name").required(),
        Attribute::new("match").one_of(&["all", "any"]),
        Attribute::new("separator"),
    ],
    children: &["value"],
    ..Statement::new("claim", "A claim that must be there, with all or any of the values.", Read::Part)
};

const UNAUTHORIZED: u64 = 401;
