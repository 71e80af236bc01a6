//! The members of all classes: what expressions may use, and what it says about itself.

use crate::expression::class::Class;
pub(crate) use crate::expression::members::text_more::read_jwt;

mod array;
mod certificate;
mod cipher;
mod collections;
mod context;
mod convert;
mod crypto;
mod dictionary;
mod exception;
mod json;
pub(crate) mod json_container;
mod linq;
mod linq_join;
mod linq_more;
mod list;
mod math;
mod object;
mod regex;
mod request;
mod rsa;
mod text;
mod text_more;
mod text_parts;
mod text_reader;
mod time;
mod time_offset;
mod uri;
mod xml;
mod xml_nodes;

/// All classes, by what they are about.
pub(crate) static CLASSES: &[&[Class]] = &[
    object::CLASSES,
    text::CLASSES,
    text_more::CLASSES,
    math::CLASSES,
    convert::CLASSES,
    time::CLASSES,
    time_offset::CLASSES,
    array::CLASSES,
    list::CLASSES,
    collections::CLASSES,
    dictionary::CLASSES,
    linq::CLASSES,
    linq_join::CLASSES,
    linq_more::CLASSES,
    json::CLASSES,
    json_container::CLASSES,
    regex::CLASSES,
    crypto::CLASSES,
    cipher::CLASSES,
    rsa::CLASSES,
    text_reader::CLASSES,
    uri::CLASSES,
    certificate::CLASSES,
    context::CLASSES,
    request::CLASSES,
    exception::CLASSES,
    xml::CLASSES,
    xml_nodes::CLASSES,
];
