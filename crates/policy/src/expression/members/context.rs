//! `context` and what it leads to, apart from messages: API, operation, deployment, variables, last error.

use crate::error::EvaluationError;
use crate::expression::arguments::{at, text, type_at};
use crate::expression::class::{Class, Member, enumeration, extension, member, plain};
use crate::expression::context::{certificates, pairs};
use crate::expression::convert::{default_of, has_type, net_name};
use crate::expression::evaluate::{Machine, Step};
use crate::expression::members::linq::sequence;
use crate::expression::types::Type;
use crate::facts::{Api, Operation};
use crate::failure::LastError;
use crate::value::{Enumeration, Part, Side, Value};

pub(crate) static CLASSES: &[Class] = &[
    Class { aliases: &["IProxyRequestContext"], bases: &["object"], ..plain("context", CONTEXT) },
    Class { bases: &["object"], ..plain("IDeployment", DEPLOYMENT) },
    Class { bases: &["object"], ..plain("IGateway", GATEWAY) },
    Class { bases: &["object"], ..plain("IApi", API) },
    Class { bases: &["object"], ..plain("ISubscriptionKeyParameterNames", KEYS) },
    Class { bases: &["object"], ..plain("IOperation", OPERATION) },
    Class { bases: &["object"], ..plain("ILastError", LAST_ERROR) },
    Class { bases: &["object"], ..plain("IProduct", PRODUCT) },
    Class { bases: &["object"], ..plain("ISustainabilityInfo", SUSTAINABILITY) },
    enumeration(
        "CarbonIntensityCategory",
        &[("NotAvailable", 0), ("VeryLow", 1), ("Low", 2), ("Medium", 3), ("High", 4), ("VeryHigh", 5)],
    ),
    enumeration("ProductState", &[("NotPublished", 0), ("Published", 1)]),
    // What `get-authorization-context` would give, which isn't supported.
    Class { bases: &["object"], ..plain("Authorization", AUTHORIZATION) },
    Class { bases: &["object"], ..plain("ISubscription", SUBSCRIPTION) },
    Class { bases: &["object"], ..plain("IUser", USER) },
    Class { bases: &["object"], ..plain("IUserIdentity", IDENTITY) },
    Class { bases: &["object"], ..plain("IWorkspace", GROUP) },
    Class { bases: &["object"], ..plain("IBackend", BACKEND) },
    Class {
        bases: &[
            "IReadOnlyDictionary<string, object>",
            "IEnumerable<KeyValuePair<string, object>>",
            "object",
        ],
        ..plain("Variables", VARIABLES)
    },
    Class {
        bases: &["IEnumerable<KeyValuePair<string, X509Certificate2>>", "object"],
        ..plain("Certificates", CERTIFICATES)
    },
];

const CONTEXT: &[Member] = &[
    member(&["Request: IRequest"], |_, _| Ok(Value::Part(Part::Message(Side::Request)))),
    member(&["Response: IResponse"], |machine, _| {
        let there = machine.situation.facts.response_status().is_some();
        Ok(if there { Value::Part(Part::Message(Side::Response)) } else { Value::Null })
    }),
    member(&["Deployment: IDeployment"], |_, _| Ok(Value::Part(Part::Deployment))),
    member(&["Variables: Variables"], |_, _| Ok(Value::Part(Part::Variables))),
    member(&["Api: IApi"], |machine, _| {
        Ok(machine.situation.facts.api().map_or(Value::Null, |_| Value::Part(Part::Api)))
    }),
    member(&["Operation: IOperation"], |machine, _| {
        Ok(machine.situation.facts.operation().map_or(Value::Null, |_| Value::Part(Part::Operation)))
    }),
    member(&["LastError: ILastError"], |machine, _| {
        Ok(machine.situation.last_error.map_or(Value::Null, |_| Value::Part(Part::LastError)))
    }),
    // The very text that stands in the log and in the answer's header, so that one finds the other.
    member(&["RequestId: Guid"], |machine, _| Ok(Value::text(machine.situation.facts.request_id()))),
    member(&["Timestamp: DateTime"], |machine, _| {
        let facts = machine.situation.facts;
        let begun = facts.now_unix_ms().saturating_sub(facts.elapsed_ms());
        Ok(Value::DateTime(crate::datetime::DateTime::from_unix_ms(begun)))
    }),
    member(&["Elapsed: TimeSpan"], |machine, _| {
        let ticks = machine.situation.facts.elapsed_ms().saturating_mul(crate::datetime::TICKS_PER_MS);
        Ok(Value::TimeSpan(crate::datetime::TimeSpan(ticks)))
    }),
    member(&["Tracing: bool"], |machine, _| Ok(Value::Bool(machine.situation.facts.is_tracing()))),
    member(&["Trace(string message): void", "Trace(object message): void"], |machine, a| {
        machine.situation.facts.trace(&at(a, 1).print()?);
        Ok(Value::Null)
    }),
    // There are no products, subscriptions and users here: what belongs to one is null, as without a subscription.
    member(
        &[
            "Product: IProduct",
            "Subscription: ISubscription",
            "User: IUser",
            "Workspace: IWorkspace",
            "Backend: IBackend",
        ],
        |_, _| Ok(Value::Null),
    ),
];

const DEPLOYMENT: &[Member] = &[
    member(&["Certificates: Certificates"], |_, _| Ok(Value::Part(Part::Certificates))),
    member(&["Region: string"], |machine, _| Ok(Value::text(&machine.situation.facts.deployment().region))),
    member(&["ServiceName: string", "ServiceId: string"], |machine, _| {
        Ok(Value::text(&machine.situation.facts.deployment().service_name))
    }),
    member(&["GatewayId: string"], |machine, _| {
        Ok(Value::text(&machine.situation.facts.deployment().gateway_id))
    }),
    member(&["Gateway: IGateway"], |_, _| Ok(Value::Part(Part::Gateway))),
    // Nobody tells a gateway of one's own how its electricity is made.
    member(&["SustainabilityInfo: ISustainabilityInfo"], |_, _| Ok(Value::Part(Part::Deployment))),
];

const SUSTAINABILITY: &[Member] = &[member(&["CurrentCarbonIntensity: CarbonIntensityCategory"], |_, _| {
    Ok(Value::Enumeration(Enumeration { of: "CarbonIntensityCategory", name: "NotAvailable", number: 0 }))
})];

const GATEWAY: &[Member] = &[
    member(&["Id: string", "InstanceId: string"], |machine, _| {
        Ok(Value::text(&machine.situation.facts.deployment().gateway_id))
    }),
    member(&["IsManaged: bool"], |_, _| Ok(Value::Bool(false))),
];

const API: &[Member] = &[
    member(&["Id: string"], |machine, _| Ok(Value::text(&api(machine)?.id))),
    member(&["Name: string"], |machine, _| Ok(Value::text(&api(machine)?.name))),
    member(&["Path: string"], |machine, _| Ok(Value::text(&api(machine)?.path))),
    member(&["Revision: string"], |_, _| Ok(Value::text("1"))),
    member(&["Version: string"], |_, _| Ok(Value::Null)),
    member(&["IsCurrentRevision: bool"], |_, _| Ok(Value::Bool(true))),
    member(&["Protocols: IEnumerable<string>"], |machine, _| sequence(machine, vec![Value::text("https")])),
    member(&["ServiceUrl: IUrl"], |_, _| Ok(Value::Part(Part::Api))),
    member(&["SubscriptionKeyParameterNames: ISubscriptionKeyParameterNames"], |_, _| {
        Ok(Value::Part(Part::SubscriptionKeys))
    }),
];

const KEYS: &[Member] = &[
    member(&["Header: string"], |_, _| Ok(Value::text("Ocp-Apim-Subscription-Key"))),
    member(&["Query: string"], |_, _| Ok(Value::text("subscription-key"))),
];

const OPERATION: &[Member] = &[
    member(&["Id: string"], |machine, _| Ok(Value::text(&operation(machine)?.id))),
    member(&["Name: string"], |machine, _| Ok(Value::text(&operation(machine)?.name))),
    member(&["Method: string"], |machine, _| Ok(Value::text(&operation(machine)?.method))),
    member(&["UrlTemplate: string"], |machine, _| Ok(Value::text(&operation(machine)?.url_template))),
];

const LAST_ERROR: &[Member] = &[
    member(&["Source: string"], |machine, _| Ok(Value::text(&last_error(machine)?.source))),
    member(&["Reason: string"], |machine, _| Ok(Value::text(&last_error(machine)?.reason))),
    member(&["Message: string"], |machine, _| Ok(Value::text(&last_error(machine)?.message))),
    member(&["Scope: string"], |machine, _| Ok(Value::text(&last_error(machine)?.scope))),
    member(&["Section: string"], |machine, _| Ok(Value::text(&last_error(machine)?.section))),
    member(&["Path: string"], |machine, _| Ok(Value::text(&last_error(machine)?.path))),
    member(&["PolicyId: string"], |machine, _| Ok(Value::text(&last_error(machine)?.policy_id))),
    member(&["HttpErrorCode: int"], |machine, _| Ok(Value::Int(i32::from(last_error(machine)?.status)))),
];

const AUTHORIZATION: &[Member] =
    &[member(&["AccessToken: string", "Claims: IReadOnlyDictionary<string, object>"], absent)];
const PRODUCT: &[Member] = &[member(
    &[
        "Id: string",
        "Name: string",
        "State: ProductState",
        "ApprovalRequired: bool",
        "SubscriptionRequired: bool",
        "SubscriptionLimit: int?",
        "SubscriptionsLimit: int?",
        "Groups: IEnumerable<IGroup>",
        "Apis: IEnumerable<IApi>",
    ],
    absent,
)];
const SUBSCRIPTION: &[Member] = &[member(
    &[
        "Id: string",
        "Key: string",
        "Name: string",
        "PrimaryKey: string",
        "SecondaryKey: string",
        "CreatedDate: DateTime",
        "StartDate: DateTime?",
        "EndDate: DateTime?",
    ],
    absent,
)];
const USER: &[Member] = &[member(
    &[
        "Id: string",
        "Email: string",
        "FirstName: string",
        "LastName: string",
        "Note: string",
        "Groups: IEnumerable<IGroup>",
        "Identities: IEnumerable<IUserIdentity>",
        "RegistrationDate: DateTime",
    ],
    absent,
)];
const IDENTITY: &[Member] = &[member(&["Id: string", "Provider: string"], absent)];
const GROUP: &[Member] = &[member(&["Id: string", "Name: string"], absent)];
const BACKEND: &[Member] = &[member(&["Id: string", "AzureRegion: string", "Type: string"], absent)];

const VARIABLES: &[Member] = &[
    // A variable that isn't there is null, not an error.
    member(&["this[string name]: object"], |machine, a| {
        let name = text(a, 1)?;
        Ok(machine.situation.variables.value(&name).cloned().unwrap_or(Value::Null))
    }),
    member(&["ContainsKey(string name): bool"], |machine, a| {
        let name = text(a, 1)?;
        Ok(Value::Bool(machine.situation.variables.value(&name).is_some()))
    }),
    member(&["TryGetValue(string name, out object value): bool"], |machine, a| {
        let name = text(a, 1)?;
        Ok(super::object::outcome(machine.situation.variables.value(&name).cloned(), Value::Null))
    }),
    extension(
        &[
            "GetValueOrDefault<R>(type R, string name): R",
            "GetValueOrDefault<R>(type R, string name, R defaultValue): R",
        ],
        |machine, a| {
            let (name, ty) = (text(a, 2)?, type_at(a, 1));
            let missing = || a.get(3).cloned().unwrap_or_else(|| default_of(&ty));
            Ok(match machine.situation.variables.value(&name) {
                None | Some(Value::Null) => missing(),
                Some(value) if ty == Type::Unknown || has_type(value, &ty) => value.clone(),
                Some(value) => {
                    let (from, to) = (value.type_name(), net_name(&ty).into());
                    return Err(EvaluationError::Cast { from, to }.into());
                }
            })
        },
    ),
    member(&["Count: int"], |machine, _| {
        crate::expression::arguments::count(machine.situation.variables.iter().count())
    }),
    member(&["Keys: IEnumerable<string>"], |machine, _| {
        let names = machine.situation.variables.iter().map(|(name, _)| Value::text(name)).collect();
        sequence(machine, names)
    }),
    member(&["Values: IEnumerable<object>"], |machine, _| {
        let values = pairs(machine, Part::Variables)?.iter().filter_map(second).collect();
        sequence(machine, values)
    }),
];

const CERTIFICATES: &[Member] = &[
    member(&["this[string id]: X509Certificate2"], |machine, a| {
        let found = machine.situation.facts.uploaded_certificate(&text(a, 1)?);
        Ok(Value::Certificate(found.ok_or(EvaluationError::KeyNotFound)?))
    }),
    member(&["ContainsKey(string id): bool"], |machine, a| {
        let id = text(a, 1)?;
        Ok(Value::Bool(machine.situation.facts.has_certificate(&id)))
    }),
    member(&["TryGetValue(string id, out X509Certificate2 value): bool"], |machine, a| {
        let found = machine.situation.facts.uploaded_certificate(&text(a, 1)?);
        Ok(super::object::outcome(found.map(Value::Certificate), Value::Null))
    }),
    extension(
        &[
            "GetValueOrDefault(string id): X509Certificate2",
            "GetValueOrDefault(string id, X509Certificate2 other): X509Certificate2",
        ],
        |machine, a| {
            let found = machine.situation.facts.uploaded_certificate(&text(a, 1)?);
            Ok(found.map_or_else(|| at(a, 2).clone(), Value::Certificate))
        },
    ),
    member(&["Count: int"], |machine, _| {
        crate::expression::arguments::count(machine.situation.facts.uploaded_ids().len())
    }),
    member(&["Keys: IEnumerable<string>"], |machine, _| {
        let ids = machine.situation.facts.uploaded_ids().iter().map(|id| Value::text(id)).collect();
        sequence(machine, ids)
    }),
    member(&["Values: IEnumerable<X509Certificate2>"], |machine, _| {
        let values = certificates(machine).iter().filter_map(second).collect();
        sequence(machine, values)
    }),
];

/// What belongs to a product, subscription or user, of which there is none.
fn absent(_: &mut Machine<'_>, _: &[Value]) -> Step<Value> {
    Err(EvaluationError::NullReference.into())
}

fn second(pair: &Value) -> Option<Value> {
    match pair {
        Value::Object(object) => match &**object {
            crate::expression::object::Object::Pair(_, value) => Some(value.clone()),
            _ => None,
        },
        _ => None,
    }
}

fn api<'m>(machine: &'m Machine<'_>) -> Step<Api<'m>> {
    Ok(machine.situation.facts.api().ok_or(EvaluationError::NullReference)?)
}

fn operation<'m>(machine: &'m Machine<'_>) -> Step<Operation<'m>> {
    Ok(machine.situation.facts.operation().ok_or(EvaluationError::NullReference)?)
}

fn last_error<'m>(machine: &'m Machine<'_>) -> Step<&'m LastError> {
    Ok(machine.situation.last_error.ok_or(EvaluationError::NullReference)?)
}
