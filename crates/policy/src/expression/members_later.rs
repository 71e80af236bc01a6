//! Members of the language that can't be used yet: known by name, refused by name.

use crate::expression::types::Type;

/// Members of a type that the language has but that can't be used yet.
pub(crate) fn later(of: Type) -> &'static [&'static str] {
    match of {
        Type::Context => &[
            "Api",
            "Backend",
            "Elapsed",
            "GraphQL",
            "LastError",
            "Operation",
            "Product",
            "Response",
            "Subscription",
            "Trace",
            "Tracing",
            "User",
            "Workspace",
        ],
        Type::Request => {
            &["AzureVnetInfo", "Body", "Foundry", "MatchedParameters", "PrivateEndpointConnection"]
        }
        Type::Deployment => {
            &["Gateway", "GatewayId", "Region", "ServiceId", "ServiceName", "SustainabilityInfo"]
        }
        Type::Url => &["ToUri"],
        Type::Headers | Type::Variables => LINQ,
        Type::Certificates => LINQ,
        Type::Texts => LINQ,
        Type::Certificate => &[
            "Archived",
            "Equals",
            "Export",
            "Extensions",
            "FriendlyName",
            "GetCertHash",
            "GetCertHashString",
            "GetExpirationDateString",
            "GetNameInfo",
            "GetPublicKeyString",
            "GetRSAPrivateKey",
            "GetRSAPublicKey",
            "GetSerialNumber",
            "GetSerialNumberString",
            "HasPrivateKey",
            "Import",
            "PublicKey",
            "RawData",
            "SignatureAlgorithm",
            "Verify",
            "VerifyNoRevocation",
            "Version",
        ],
        Type::String => &[
            "AsBasic",
            "AsJwt",
            "Aggregate",
            "All",
            "Any",
            "Compare",
            "CompareTo",
            "CopyTo",
            "Count",
            "First",
            "FirstOrDefault",
            "GetHashCode",
            "IndexOfAny",
            "Last",
            "LastOrDefault",
            "Reverse",
            "Select",
            "SequenceEqual",
            "Skip",
            "Take",
            "ToArray",
            "ToCharArray",
            "ToList",
            "TryParseBasic",
            "TryParseJwt",
            "Where",
        ],
        Type::DateTime => &[
            "CompareTo",
            "DayOfWeek",
            "Equals",
            "IsDaylightSavingTime",
            "Kind",
            "ToLocalTime",
            "ToLongDateString",
            "ToShortDateString",
            "ToUniversalTime",
        ],
        Type::TimeSpan => &["Add", "CompareTo", "Duration", "Equals", "Negate", "Subtract", "Ticks"],
        Type::Int | Type::Long | Type::Double | Type::Bool | Type::Char => {
            &["CompareTo", "Equals", "GetHashCode"]
        }
        Type::Object => &["GetHashCode", "GetType"],
        _ => &[],
    }
}

/// Static members that can't be used yet.
pub(crate) fn later_statics(class: &str) -> &'static [&'static str] {
    match class {
        "String" => &["Compare", "CompareOrdinal", "Format"],
        "Int32" | "Int64" => &["MaxValue", "MinValue", "TryParse"],
        "Char" => &["IsLetterOrDigit", "IsUpper", "IsLower", "IsWhiteSpace", "ToLower", "ToUpper"],
        "DateTime" => {
            &["DaysInMonth", "IsLeapYear", "MaxValue", "MinValue", "Parse", "ParseExact", "TryParse"]
        }
        "TimeSpan" => &["MaxValue", "MinValue", "Parse", "TryParse", "Zero"],
        "Math" => &["Ceiling", "Floor", "Pow", "Round", "Sqrt", "Truncate"],
        _ => &[],
    }
}

const LINQ: &[&str] = &[
    "Aggregate",
    "All",
    "Any",
    "Concat",
    "Contains",
    "Count",
    "Distinct",
    "ElementAt",
    "ElementAtOrDefault",
    "Except",
    "First",
    "FirstOrDefault",
    "GroupBy",
    "Intersect",
    "Keys",
    "Last",
    "LastOrDefault",
    "Max",
    "Min",
    "OrderBy",
    "OrderByDescending",
    "Reverse",
    "Select",
    "SelectMany",
    "Single",
    "SingleOrDefault",
    "Skip",
    "Sum",
    "Take",
    "ToArray",
    "ToDictionary",
    "ToList",
    "TryGetValue",
    "Union",
    "Values",
    "Where",
    "Zip",
    "GetValueOrDefault",
];
