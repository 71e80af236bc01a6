//! `cors`: which pages of other origins may call, told to browsers.

use crate::catalog::{Attribute, YES_NO};
use crate::effect::{HeaderAction, Reply, SetHeader};
use crate::failure::Failure;
use crate::program::Section;
use crate::situation::Situation;
use crate::statements::reader::Reader;
use crate::statements::set_header::is_field_text;
use crate::statements::set_status::OK;
use crate::statements::table::{Read, Statement};
use crate::statements::values::{LONGEST_S, inside};
use crate::step::{Action, Setting, Written};

#[derive(Clone, Debug)]
pub(crate) struct CorsPlan {
    allow_credentials: Setting<bool>,
    terminate_unmatched: Setting<bool>,
    origins: Vec<Written>,
    methods: Vec<Written>,
    headers: Vec<Written>,
    exposed: Vec<Written>,
    max_age_s: Option<Setting<u64>>,
}

/// What becomes of a call.
pub(crate) enum Verdict {
    /// It goes on, and its answer gets these headers.
    Pass(Vec<SetHeader>),
    /// It is answered here.
    Answer(Reply),
}

/// Reads `<cors>` with its lists.
pub(crate) fn read(reader: &mut Reader<'_, '_>) -> Option<Action> {
    let allow_credentials = reader.flag("allow-credentials", false);
    let terminate_unmatched = reader.flag("terminate-unmatched-request", true);
    let origins = read_list(reader, &ALLOWED_ORIGINS, "origin");
    let methods = read_list(reader, &ALLOWED_METHODS, "method");
    let headers = read_list(reader, &ALLOWED_HEADERS, "header");
    let exposed = read_list(reader, &EXPOSE_HEADERS, "header");
    let max_age_s = match reader.only_child("allowed-methods") {
        None => Some(None),
        Some(methods) => reader.child(methods).number("preflight-result-max-age", 0..=LONGEST_S),
    };
    let origins = origins?;
    if origins.is_empty() {
        let message = "`cors` needs `allowed-origins` with at least one `origin`";
        reader.error("missing-element", reader.element.name_span, message);
        return None;
    }
    Some(Action::Cors(Box::new(CorsPlan {
        allow_credentials: allow_credentials?,
        terminate_unmatched: terminate_unmatched?,
        origins,
        methods: methods?,
        headers: headers?,
        exposed: exposed?,
        max_age_s: max_age_s?,
    })))
}

fn read_list(
    reader: &mut Reader<'_, '_>,
    list: &'static Statement,
    item: &'static str,
) -> Option<Vec<Written>> {
    let Some(element) = reader.only_child(list.name) else { return Some(Vec::new()) };
    let mut part = reader.child(element);
    part.check_shape(list);
    let mut all = Some(Vec::new());
    for child in part.children(item) {
        part.refuse_attributes(child);
        let text = part.word_in(child);
        let is_sendable = |text: &Written| text.literal().is_none_or(|text| text.chars().all(is_field_text));
        if text.as_ref().is_some_and(|text| !is_sendable(text)) {
            let message = format!("`{item}` holds a line break or another control character");
            part.error("invalid-value", inside(child), message);
            all = None;
            continue;
        }
        match (text, &mut all) {
            (Some(text), Some(list)) => list.push(text),
            _ => all = None,
        }
    }
    all
}

impl CorsPlan {
    pub(crate) fn judge(&self, situation: &Situation<'_>) -> Result<Verdict, Failure> {
        let facts = situation.facts;
        let origin = facts.header("Origin").into_iter().next().map(|origin| origin.trim().to_owned());
        let Some(origin) = origin else { return Ok(Verdict::Pass(Vec::new())) };
        let asked = facts.header("Access-Control-Request-Method").into_iter().next();
        let is_own_operation =
            facts.operation().is_some_and(|operation| operation.method.eq_ignore_ascii_case("OPTIONS"));
        let preflight = asked.filter(|_| facts.method() == "OPTIONS" && !is_own_operation);
        let is_allowed = self.allows_origin(&origin, situation)?;
        match preflight {
            Some(method) => self.preflight(&origin, is_allowed, method.trim(), situation),
            None if is_allowed => Ok(Verdict::Pass(self.answer_headers(&origin, situation)?)),
            None => {
                let is_simple = matches!(facts.method(), "GET" | "HEAD");
                let ends = is_simple && situation.flag(&self.terminate_unmatched)?;
                Ok(if ends { Verdict::Answer(empty(Vec::new())) } else { Verdict::Pass(Vec::new()) })
            }
        }
    }

    fn preflight(
        &self,
        origin: &str,
        is_allowed: bool,
        method: &str,
        situation: &Situation<'_>,
    ) -> Result<Verdict, Failure> {
        let methods = texts(&self.methods, situation)?;
        let methods = if methods.is_empty() { vec!["GET".to_owned(), "POST".to_owned()] } else { methods };
        let fits = methods.iter().any(|allowed| allowed == "*" || allowed.eq_ignore_ascii_case(method));
        let asked = situation.facts.header("Access-Control-Request-Headers").join(",");
        let asked = asked.split(',').map(str::trim).filter(|name| !name.is_empty());
        let allowed = texts(&self.headers, situation)?;
        let is_header_allowed =
            |name: &str| allowed.iter().any(|allowed| allowed == "*" || allowed.eq_ignore_ascii_case(name));
        let asked: Vec<&str> = asked.collect();
        if !is_allowed || !fits || !asked.iter().all(|name| is_header_allowed(name)) {
            return Ok(if situation.flag(&self.terminate_unmatched)? {
                Verdict::Answer(empty(Vec::new()))
            } else {
                Verdict::Pass(Vec::new())
            });
        }
        let mut headers = self.answer_headers(origin, situation)?;
        headers.push(header("Access-Control-Allow-Methods", method.to_owned()));
        if !asked.is_empty() {
            headers.push(header("Access-Control-Allow-Headers", asked.join(",")));
        }
        if let Some(max_age_s) = &self.max_age_s {
            headers.push(header("Access-Control-Max-Age", situation.number(max_age_s)?.to_string()));
        }
        Ok(Verdict::Answer(empty(headers)))
    }

    fn allows_origin(&self, origin: &str, situation: &Situation<'_>) -> Result<bool, Failure> {
        let origins = texts(&self.origins, situation)?;
        let same = |allowed: &str| allowed.trim_end_matches('/').eq_ignore_ascii_case(origin);
        Ok(origins.iter().any(|allowed| allowed == "*" || same(allowed)))
    }

    fn answer_headers(&self, origin: &str, situation: &Situation<'_>) -> Result<Vec<SetHeader>, Failure> {
        let credentials = situation.flag(&self.allow_credentials)?;
        let any = texts(&self.origins, situation)?.iter().any(|origin| origin == "*");
        let mut headers = Vec::new();
        if any && !credentials {
            headers.push(header("Access-Control-Allow-Origin", "*".to_owned()));
        } else {
            headers.push(header("Access-Control-Allow-Origin", origin.to_owned()));
            let vary = header("Vary", "Origin".to_owned());
            headers.push(SetHeader { action: HeaderAction::Append, ..vary });
        }
        if credentials {
            headers.push(header("Access-Control-Allow-Credentials", "true".to_owned()));
        }
        let exposed = texts(&self.exposed, situation)?;
        if !exposed.is_empty() {
            headers.push(header("Access-Control-Expose-Headers", exposed.join(",")));
        }
        Ok(headers)
    }
}

fn texts(list: &[Written], situation: &Situation<'_>) -> Result<Vec<String>, Failure> {
    list.iter().map(|written| situation.line(written)).collect()
}

fn header(name: &str, value: String) -> SetHeader {
    SetHeader { name: name.to_owned(), action: HeaderAction::Override, values: vec![value] }
}

fn empty(headers: Vec<SetHeader>) -> Reply {
    Reply { status: OK, reason: None, headers, body: None }
}

pub(crate) static CORS: Statement = Statement {
    sections: &[Section::Inbound],
    attributes: &[
        Attribute::valued("allow-credentials").one_of(YES_NO),
        Attribute::valued("terminate-unmatched-request").one_of(YES_NO),
    ],
    children: &["allowed-origins", "allowed-methods", "allowed-headers", "expose-headers"],
    ..Statement::new("cors", "Lets pages of other origins call.", Read::Step(read))
};

pub(crate) static ALLOWED_ORIGINS: Statement = Statement {
    children: &["origin"],
    ..Statement::new("allowed-origins", "The origins whose pages may call.", Read::Part)
};

pub(crate) static ALLOWED_METHODS: Statement = Statement {
    attributes: &[Attribute::valued("preflight-result-max-age")],
    children: &["method"],
    ..Statement::new("allowed-methods", "The methods that pages may use.", Read::Part)
};

pub(crate) static ALLOWED_HEADERS: Statement = Statement {
    children: &["header"],
    ..Statement::new("allowed-headers", "The headers that pages may send.", Read::Part)
};

pub(crate) static EXPOSE_HEADERS: Statement = Statement {
    children: &["header"],
    ..Statement::new("expose-headers", "The headers of the answer that pages may read.", Read::Part)
};

pub(crate) static ORIGIN: Statement =
    Statement { children: &["#text"], ..Statement::new("origin", "One origin, or `*` for any.", Read::Part) };

pub(crate) static METHOD: Statement =
    Statement { children: &["#text"], ..Statement::new("method", "One method, or `*` for any.", Read::Part) };

pub(crate) static HEADER: Statement =
    Statement { children: &["#text"], ..Statement::new("header", "One header, or `*` for any.", Read::Part) };
