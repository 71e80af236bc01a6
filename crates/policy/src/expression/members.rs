//! The members of all types: what expressions may use, and what it says about itself.

use crate::datetime::{TICKS_PER_DAY, TICKS_PER_HOUR, TICKS_PER_MINUTE, TICKS_PER_MS, TICKS_PER_SECOND};
use crate::expression::node::{Function, Method, Property};
use crate::expression::types::Type;
use crate::facts::Address;
use crate::value::Part;

/// One member of a type. Several rows with one name are its overloads.
pub(crate) struct Member {
    pub(crate) of: Type,
    pub(crate) name: &'static str,
    pub(crate) kind: MemberKind,
    pub(crate) gives: Type,
}

#[derive(Clone, Copy)]
pub(crate) enum MemberKind {
    Property(Property),
    /// With the types of its arguments.
    Method(Method, &'static [Type]),
}

/// One static member of a class.
pub(crate) struct StaticMember {
    pub(crate) class: &'static str,
    pub(crate) name: &'static str,
    pub(crate) function: Function,
    /// None for what is used without brackets.
    pub(crate) arguments: Option<&'static [Type]>,
    pub(crate) gives: Type,
}

/// All members of a type.
pub(crate) fn members(of: Type) -> impl Iterator<Item = &'static Member> {
    MEMBERS.iter().filter(move |member| member.of == of)
}

/// All static members of a class.
pub(crate) fn statics(class: &str) -> impl Iterator<Item = &'static StaticMember> {
    STATICS.iter().filter(move |member| member.class == class)
}

const fn property(of: Type, name: &'static str, property: Property, gives: Type) -> Member {
    Member { of, name, kind: MemberKind::Property(property), gives }
}

const fn method(
    of: Type,
    name: &'static str,
    method: Method,
    arguments: &'static [Type],
    gives: Type,
) -> Member {
    Member { of, name, kind: MemberKind::Method(method, arguments), gives }
}

const fn function(
    class: &'static str,
    name: &'static str,
    function: Function,
    arguments: &'static [Type],
    gives: Type,
) -> StaticMember {
    StaticMember { class, name, function, arguments: Some(arguments), gives }
}

const fn constant(class: &'static str, name: &'static str, function: Function, gives: Type) -> StaticMember {
    StaticMember { class, name, function, arguments: None, gives }
}

const S: Type = Type::String;
const I: Type = Type::Int;
const B: Type = Type::Bool;
const C: Type = Type::Char;

static MEMBERS: &[Member] = &[
    property(Type::Context, "Request", Property::Part(Part::Request), Type::Request),
    property(Type::Context, "Deployment", Property::Part(Part::Deployment), Type::Deployment),
    property(Type::Context, "Variables", Property::Part(Part::Variables), Type::Variables),
    property(Type::Context, "RequestId", Property::RequestId, S),
    property(Type::Request, "Certificate", Property::Certificate, Type::Certificate),
    property(Type::Request, "Headers", Property::Part(Part::Headers), Type::Headers),
    property(Type::Request, "Method", Property::RequestMethod, S),
    property(Type::Request, "IpAddress", Property::IpAddress, S),
    property(Type::Request, "Url", Property::Part(Part::Url(Address::Present)), Type::Url),
    property(Type::Request, "OriginalUrl", Property::Part(Part::Url(Address::Original)), Type::Url),
    property(Type::Deployment, "Certificates", Property::Part(Part::Deployment), Type::Certificates),
    method(Type::Certificates, "ContainsKey", Method::ContainsKey, &[S], B),
    property(Type::Url, "Scheme", Property::Scheme, S),
    property(Type::Url, "Host", Property::Host, S),
    property(Type::Url, "Port", Property::Port, I),
    property(Type::Url, "Path", Property::Path, S),
    property(Type::Url, "QueryString", Property::QueryString, S),
    property(Type::Url, "Query", Property::Query, Type::Headers),
    method(Type::Url, "ToString", Method::ToText, &[], S),
    method(Type::Headers, "ContainsKey", Method::ContainsKey, &[S], B),
    method(Type::Headers, "GetValueOrDefault", Method::HeaderOrDefault, &[S], S),
    method(Type::Headers, "GetValueOrDefault", Method::HeaderOrDefault, &[S, S], S),
    method(Type::Variables, "ContainsKey", Method::ContainsKey, &[S], B),
    property(Type::Certificate, "Subject", Property::Subject, S),
    property(Type::Certificate, "Issuer", Property::Issuer, S),
    property(Type::Certificate, "SubjectName", Property::SubjectName, Type::DistinguishedName),
    property(Type::Certificate, "IssuerName", Property::IssuerName, Type::DistinguishedName),
    property(Type::Certificate, "Thumbprint", Property::Thumbprint, S),
    property(Type::Certificate, "SerialNumber", Property::SerialNumber, S),
    property(Type::Certificate, "NotBefore", Property::NotBefore, Type::DateTime),
    property(Type::Certificate, "NotAfter", Property::NotAfter, Type::DateTime),
    property(Type::DistinguishedName, "Name", Property::Name, S),
    method(Type::Object, "ToString", Method::ToText, &[], S),
    method(Type::Object, "Equals", Method::Equals, &[Type::Object], B),
    method(Type::Int, "ToString", Method::ToText, &[], S),
    method(Type::Long, "ToString", Method::ToText, &[], S),
    method(Type::Double, "ToString", Method::ToText, &[], S),
    method(Type::Bool, "ToString", Method::ToText, &[], S),
    method(Type::Char, "ToString", Method::ToText, &[], S),
    property(Type::Texts, "Length", Property::Length, I),
    method(Type::Texts, "Contains", Method::Contains, &[S], B),
    property(S, "Length", Property::Length, I),
    method(S, "ToString", Method::ToText, &[], S),
    method(S, "Equals", Method::Equals, &[S], B),
    method(S, "Equals", Method::Equals, &[S, Type::Comparison], B),
    method(S, "Equals", Method::Equals, &[Type::Object], B),
    method(S, "Contains", Method::Contains, &[S], B),
    method(S, "Contains", Method::Contains, &[C], B),
    method(S, "Contains", Method::Contains, &[S, Type::Comparison], B),
    method(S, "StartsWith", Method::StartsWith, &[S], B),
    method(S, "StartsWith", Method::StartsWith, &[S, Type::Comparison], B),
    method(S, "EndsWith", Method::EndsWith, &[S], B),
    method(S, "EndsWith", Method::EndsWith, &[S, Type::Comparison], B),
    method(S, "IndexOf", Method::IndexOf, &[S], I),
    method(S, "IndexOf", Method::IndexOf, &[C], I),
    method(S, "IndexOf", Method::IndexOf, &[S, Type::Comparison], I),
    method(S, "LastIndexOf", Method::LastIndexOf, &[S], I),
    method(S, "LastIndexOf", Method::LastIndexOf, &[C], I),
    method(S, "Substring", Method::Substring, &[I], S),
    method(S, "Substring", Method::Substring, &[I, I], S),
    method(S, "Replace", Method::Replace, &[S, S], S),
    method(S, "Replace", Method::Replace, &[C, C], S),
    method(S, "Remove", Method::Remove, &[I], S),
    method(S, "Remove", Method::Remove, &[I, I], S),
    method(S, "Insert", Method::Insert, &[I, S], S),
    method(S, "Split", Method::Split, &[C], Type::Texts),
    method(S, "Split", Method::Split, &[S], Type::Texts),
    method(S, "Split", Method::Split, &[C, C], Type::Texts),
    method(S, "Trim", Method::Trim, &[], S),
    method(S, "Trim", Method::Trim, &[C], S),
    method(S, "TrimStart", Method::TrimStart, &[], S),
    method(S, "TrimStart", Method::TrimStart, &[C], S),
    method(S, "TrimEnd", Method::TrimEnd, &[], S),
    method(S, "TrimEnd", Method::TrimEnd, &[C], S),
    method(S, "ToLower", Method::ToLower, &[], S),
    method(S, "ToLowerInvariant", Method::ToLower, &[], S),
    method(S, "ToUpper", Method::ToUpper, &[], S),
    method(S, "ToUpperInvariant", Method::ToUpper, &[], S),
    method(S, "PadLeft", Method::PadLeft, &[I], S),
    method(S, "PadLeft", Method::PadLeft, &[I, C], S),
    method(S, "PadRight", Method::PadRight, &[I], S),
    method(S, "PadRight", Method::PadRight, &[I, C], S),
    property(Type::DateTime, "Year", Property::Year, I),
    property(Type::DateTime, "Month", Property::Month, I),
    property(Type::DateTime, "Day", Property::Day, I),
    property(Type::DateTime, "Hour", Property::Hour, I),
    property(Type::DateTime, "Minute", Property::Minute, I),
    property(Type::DateTime, "Second", Property::Second, I),
    property(Type::DateTime, "Millisecond", Property::Millisecond, I),
    property(Type::DateTime, "DayOfYear", Property::DayOfYear, I),
    property(Type::DateTime, "Ticks", Property::Ticks, Type::Long),
    property(Type::DateTime, "Date", Property::Date, Type::DateTime),
    property(Type::DateTime, "TimeOfDay", Property::TimeOfDay, Type::TimeSpan),
    method(Type::DateTime, "ToString", Method::ToText, &[], S),
    method(Type::DateTime, "ToString", Method::ToTextWithFormat, &[S], S),
    method(Type::DateTime, "AddDays", Method::AddUnits(TICKS_PER_DAY), &[Type::Double], Type::DateTime),
    method(Type::DateTime, "AddHours", Method::AddUnits(TICKS_PER_HOUR), &[Type::Double], Type::DateTime),
    method(Type::DateTime, "AddMinutes", Method::AddUnits(TICKS_PER_MINUTE), &[Type::Double], Type::DateTime),
    method(Type::DateTime, "AddSeconds", Method::AddUnits(TICKS_PER_SECOND), &[Type::Double], Type::DateTime),
    method(
        Type::DateTime,
        "AddMilliseconds",
        Method::AddUnits(TICKS_PER_MS),
        &[Type::Double],
        Type::DateTime,
    ),
    method(Type::DateTime, "AddTicks", Method::AddUnits(1), &[Type::Long], Type::DateTime),
    method(Type::DateTime, "AddMonths", Method::AddMonths, &[I], Type::DateTime),
    method(Type::DateTime, "AddYears", Method::AddYears, &[I], Type::DateTime),
    method(Type::DateTime, "Add", Method::AddSpan, &[Type::TimeSpan], Type::DateTime),
    method(Type::DateTime, "Subtract", Method::SubtractTime, &[Type::DateTime], Type::TimeSpan),
    property(Type::TimeSpan, "TotalDays", Property::Total(TICKS_PER_DAY), Type::Double),
    property(Type::TimeSpan, "TotalHours", Property::Total(TICKS_PER_HOUR), Type::Double),
    property(Type::TimeSpan, "TotalMinutes", Property::Total(TICKS_PER_MINUTE), Type::Double),
    property(Type::TimeSpan, "TotalSeconds", Property::Total(TICKS_PER_SECOND), Type::Double),
    property(Type::TimeSpan, "TotalMilliseconds", Property::Total(TICKS_PER_MS), Type::Double),
    property(Type::TimeSpan, "Days", Property::Unit(TICKS_PER_DAY, i64::MAX), I),
    property(Type::TimeSpan, "Hours", Property::Unit(TICKS_PER_HOUR, 24), I),
    property(Type::TimeSpan, "Minutes", Property::Unit(TICKS_PER_MINUTE, 60), I),
    property(Type::TimeSpan, "Seconds", Property::Unit(TICKS_PER_SECOND, 60), I),
    property(Type::TimeSpan, "Milliseconds", Property::Unit(TICKS_PER_MS, 1000), I),
    method(Type::TimeSpan, "ToString", Method::ToText, &[], S),
];

static STATICS: &[StaticMember] = &[
    constant("String", "Empty", Function::Empty, S),
    function("String", "IsNullOrEmpty", Function::IsNullOrEmpty, &[S], B),
    function("String", "IsNullOrWhiteSpace", Function::IsNullOrWhiteSpace, &[S], B),
    function("String", "Equals", Function::Equals, &[S, S], B),
    function("String", "Equals", Function::Equals, &[S, S, Type::Comparison], B),
    function("String", "Concat", Function::Concat, &[Type::Object, Type::Object], S),
    function("String", "Concat", Function::Concat, &[Type::Object, Type::Object, Type::Object], S),
    function("String", "Join", Function::Join, &[S, Type::Texts], S),
    function("Int32", "Parse", Function::ParseInt, &[S], I),
    function("Int64", "Parse", Function::ParseLong, &[S], Type::Long),
    function("Char", "IsDigit", Function::IsDigit, &[C], B),
    function("Char", "IsLetter", Function::IsLetter, &[C], B),
    constant("DateTime", "Now", Function::Now, Type::DateTime),
    constant("DateTime", "UtcNow", Function::Now, Type::DateTime),
    constant("DateTime", "Today", Function::Today, Type::DateTime),
    function("TimeSpan", "FromDays", Function::FromUnits(TICKS_PER_DAY), &[Type::Double], Type::TimeSpan),
    function("TimeSpan", "FromHours", Function::FromUnits(TICKS_PER_HOUR), &[Type::Double], Type::TimeSpan),
    function(
        "TimeSpan",
        "FromMinutes",
        Function::FromUnits(TICKS_PER_MINUTE),
        &[Type::Double],
        Type::TimeSpan,
    ),
    function(
        "TimeSpan",
        "FromSeconds",
        Function::FromUnits(TICKS_PER_SECOND),
        &[Type::Double],
        Type::TimeSpan,
    ),
    function(
        "TimeSpan",
        "FromMilliseconds",
        Function::FromUnits(TICKS_PER_MS),
        &[Type::Double],
        Type::TimeSpan,
    ),
    constant("StringComparison", "CurrentCulture", Function::Comparison(0), Type::Comparison),
    constant("StringComparison", "CurrentCultureIgnoreCase", Function::Comparison(1), Type::Comparison),
    constant("StringComparison", "InvariantCulture", Function::Comparison(2), Type::Comparison),
    constant("StringComparison", "InvariantCultureIgnoreCase", Function::Comparison(3), Type::Comparison),
    constant("StringComparison", "Ordinal", Function::Comparison(4), Type::Comparison),
    constant("StringComparison", "OrdinalIgnoreCase", Function::Comparison(5), Type::Comparison),
    function("Math", "Max", Function::Max, &[I, I], I),
    function("Math", "Min", Function::Min, &[I, I], I),
    function("Math", "Abs", Function::Abs, &[I], I),
];
