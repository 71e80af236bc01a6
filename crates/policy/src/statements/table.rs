//! Every element of the language that is understood: where it may stand and what it is made of.

use crate::catalog::Attribute;
use crate::program::Section;
use crate::statements::reader::Reader;
use crate::statements::{
    authentication, cache, check_header, choose, cors, find_and_replace, forward_request, include_fragment,
    ip_filter, json_to_xml, metric, mock_response, rate_limit, retry, return_response, rewrite_uri,
    send_request, set_backend, set_body, set_header, set_query_parameter, set_status, set_variable, trace,
    validate_certificate, validate_jwt, xml_to_json,
};
use crate::step::Action;

/// What is known of an element before reading one.
pub(crate) struct Statement {
    pub(crate) name: &'static str,
    /// What it does, for the editor.
    pub(crate) sentence: &'static str,
    /// The sections it may stand in; none for a part of another.
    pub(crate) sections: &'static [Section],
    /// The attributes that `read` understands; every statement also has `id`.
    pub(crate) attributes: &'static [Attribute],
    /// Attributes of the language that `read` doesn't understand yet.
    pub(crate) later_attributes: &'static [&'static str],
    /// The elements that may stand in it; `#text` for text, `#policies` for statements.
    pub(crate) children: &'static [&'static str],
    /// Elements of the language that could stand in it, but aren't understood yet.
    pub(crate) later_children: &'static [&'static str],
    pub(crate) read: Read,
}

/// How an element becomes a step.
pub(crate) enum Read {
    /// Reads an element whose attributes and children are all known; none when something was wrong,
    /// which then has been reported.
    Step(fn(&mut Reader<'_, '_>) -> Option<Action>),
    /// It holds other statements, which `check` knows how to read.
    Choose,
    /// Likewise.
    Retry,
    /// It stands for the statements of a fragment.
    Include,
    /// It is a part of another statement, and read with it.
    Part,
}

impl Statement {
    /// An element without anything, to be filled in.
    pub(crate) const fn new(name: &'static str, sentence: &'static str, read: Read) -> Self {
        Self {
            name,
            sentence,
            sections: &[],
            attributes: &[],
            later_attributes: &[],
            children: &[],
            later_children: &[],
            read,
        }
    }

    pub(crate) fn attribute(&self, name: &str) -> Option<&'static Attribute> {
        self.attributes.iter().find(|attribute| attribute.name == name)
    }
}

/// The statement of this name, which isn't only a part of others.
pub(crate) fn statement(name: &str) -> Option<&'static Statement> {
    element(name).filter(|element| !element.sections.is_empty())
}

/// The element of this name.
pub(crate) fn element(name: &str) -> Option<&'static Statement> {
    let found = ELEMENTS.binary_search_by(|element| element.name.cmp(name)).ok()?;
    ELEMENTS.get(found).copied()
}

/// All elements but sections and `base`, by name.
pub(crate) static ELEMENTS: &[&Statement] = &[
    &ip_filter::ADDRESS,
    &ip_filter::ADDRESS_RANGE,
    &cors::ALLOWED_HEADERS,
    &cors::ALLOWED_METHODS,
    &cors::ALLOWED_ORIGINS,
    &validate_jwt::AUDIENCE,
    &validate_jwt::AUDIENCES,
    &authentication::BASIC,
    &authentication::CERTIFICATE,
    &cache::LOOKUP,
    &cache::REMOVE,
    &cache::STORE,
    &check_header::CHECK_HEADER,
    &choose::CHOOSE,
    &validate_jwt::CLAIM,
    &cors::CORS,
    &validate_jwt::DECRYPTION_KEYS,
    &metric::DIMENSION,
    &metric::EMIT_METRIC,
    &cors::EXPOSE_HEADERS,
    &find_and_replace::FIND_AND_REPLACE,
    &forward_request::FORWARD_REQUEST,
    &cors::HEADER,
    &validate_certificate::IDENTITIES,
    &validate_certificate::IDENTITY,
    &include_fragment::INCLUDE_FRAGMENT,
    &ip_filter::IP_FILTER,
    &validate_jwt::ISSUER,
    &validate_jwt::ISSUER_SIGNING_KEYS,
    &validate_jwt::ISSUERS,
    &json_to_xml::JSON_TO_XML,
    &validate_jwt::KEY,
    &trace::MESSAGE,
    &trace::METADATA,
    &cors::METHOD,
    &mock_response::MOCK_RESPONSE,
    &validate_jwt::OPENID_CONFIG,
    &cors::ORIGIN,
    &choose::OTHERWISE,
    &rate_limit::RATE_LIMIT,
    &rate_limit::RATE_LIMIT_BY_KEY,
    &validate_jwt::REQUIRED_CLAIMS,
    &retry::RETRY,
    &return_response::RETURN_RESPONSE,
    &rewrite_uri::REWRITE_URI,
    &send_request::SEND_ONE_WAY_REQUEST,
    &send_request::SEND_REQUEST,
    &set_backend::SET_BACKEND_SERVICE,
    &set_body::SET_BODY,
    &set_header::SET_HEADER,
    &set_status::SET_METHOD,
    &set_query_parameter::SET_QUERY_PARAMETER,
    &set_status::SET_STATUS,
    &send_request::SET_URL,
    &set_variable::SET_VARIABLE,
    &trace::TRACE,
    &validate_certificate::VALIDATE_CLIENT_CERTIFICATE,
    &validate_jwt::VALIDATE_JWT,
    &set_header::VALUE,
    &choose::WHEN,
    &xml_to_json::XML_TO_JSON,
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_names_are_in_order_for_the_search() {
        assert!(ELEMENTS.is_sorted_by(|one, two| one.name < two.name));
    }

    #[test]
    fn every_child_is_an_element_of_the_table() {
        for parent in ELEMENTS {
            for child in parent.children.iter().filter(|child| !child.starts_with('#')) {
                assert!(element(child).is_some(), "{child} of {}", parent.name);
            }
        }
    }

    #[test]
    fn every_element_says_what_it_does() {
        assert!(ELEMENTS.iter().all(|element| element.sentence.ends_with('.')));
    }
}
