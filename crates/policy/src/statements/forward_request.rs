//! `forward-request`: sends the call to the backend.

use std::borrow::Cow;

use crate::catalog::{Attribute, YES_NO};
use crate::effect::{Effect, Forward, HttpVersion};
use crate::failure::Failure;
use crate::program::Section;
use crate::situation::Situation;
use crate::statements::reader::Reader;
use crate::statements::table::{Read, Statement};
use crate::statements::values::LONGEST_S;
use crate::step::{Action, Setting};

#[derive(Clone, Debug)]
pub(crate) struct ForwardPlan {
    /// With what is known before the call.
    pub(crate) fixed: Forward,
    timeout_s: Option<Setting<u64>>,
    timeout_ms: Option<Setting<u64>>,
    follow_redirects: Setting<bool>,
}

/// Reads `<forward-request timeout="…" … />`.
pub(crate) fn read(reader: &mut Reader<'_, '_>) -> Option<Action> {
    if reader.element.attribute("timeout").is_some() && reader.element.attribute("timeout-ms").is_some() {
        let message = "only one of the attributes `timeout` and `timeout-ms` can be given";
        reader.error("conflicting-attributes", reader.element.name_span, message);
        return None;
    }
    let timeout_s = reader.number("timeout", 0..=LONGEST_S);
    let timeout_ms = reader.number("timeout-ms", 0..=LONGEST_S);
    // How long to wait for `100 Continue`: the gateway never waits for it.
    let continued = reader.number("continue-timeout", 0..=LONGEST_S);
    let follow_redirects = reader.flag("follow-redirects", false);
    let http_version = reader.choice("http-version", &VERSIONS);
    let buffer_request_body = reader.plain_flag("buffer-request-body", false);
    let buffer_response = reader.plain_flag("buffer-response", true);
    let fail_on_error_status = reader.plain_flag("fail-on-error-status-code", false);
    let (timeout_s, timeout_ms, follow_redirects) = (timeout_s?, timeout_ms?, follow_redirects?);
    continued?;
    let fixed = Forward {
        timeout_ms: match (&timeout_s, &timeout_ms) {
            (Some(Setting::Fixed(seconds)), _) => limit_ms(seconds * 1000),
            (_, Some(Setting::Fixed(ms))) => limit_ms(*ms),
            _ => None,
        },
        follow_redirects: matches!(follow_redirects, Setting::Fixed(true)),
        http_version: http_version?.unwrap_or_default(),
        buffer_request_body: buffer_request_body?,
        stream_response: !buffer_response?,
        fail_on_error_status: fail_on_error_status?,
    };
    Some(Action::Forward(ForwardPlan { fixed, timeout_s, timeout_ms, follow_redirects }))
}

/// Zero is no limit of its own: the gateway's holds.
fn limit_ms(wanted: u64) -> Option<u64> {
    (wanted > 0).then_some(wanted.min(LONGEST_S * 1000))
}

impl ForwardPlan {
    pub(crate) fn effect<'p>(&'p self, situation: &Situation<'_>) -> Result<Effect<'p>, Failure> {
        let is_fixed = |timeout: &Option<Setting<u64>>| matches!(timeout, None | Some(Setting::Fixed(_)));
        let has_fixed_times = is_fixed(&self.timeout_s) && is_fixed(&self.timeout_ms);
        if has_fixed_times && matches!(self.follow_redirects, Setting::Fixed(_)) {
            return Ok(Effect::Forward(Cow::Borrowed(&self.fixed)));
        }
        let mut forward = self.fixed.clone();
        forward.follow_redirects = situation.flag(&self.follow_redirects)?;
        if let Some(seconds) = &self.timeout_s {
            forward.timeout_ms = limit_ms(situation.number(seconds)?.saturating_mul(1000));
        }
        if let Some(ms) = &self.timeout_ms {
            forward.timeout_ms = limit_ms(situation.number(ms)?);
        }
        Ok(Effect::Forward(Cow::Owned(forward)))
    }
}

pub(crate) static FORWARD_REQUEST: Statement = Statement {
    sections: &[Section::Backend],
    attributes: &[
        Attribute::valued("timeout"),
        Attribute::valued("timeout-ms"),
        Attribute::valued("continue-timeout"),
        Attribute::valued("follow-redirects").one_of(YES_NO),
        Attribute::new("http-version").one_of(&["1", "2", "2or1"]),
        Attribute::new("buffer-request-body").one_of(YES_NO),
        Attribute::new("buffer-response").one_of(YES_NO),
        Attribute::new("fail-on-error-status-code").one_of(YES_NO),
    ],
    ..Statement::new("forward-request", "Sends the request to the backend.", Read::Step(read))
};

const VERSIONS: [(&str, HttpVersion); 3] =
    [("1", HttpVersion::One), ("2", HttpVersion::Two), ("2or1", HttpVersion::TwoOrOne)];
