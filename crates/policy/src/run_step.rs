//! What each step does, when it begins and when what it waits for has come.

use std::borrow::Cow;

use crate::effect::{Count, Effect, HeaderAction};
use crate::evaluation::{answer_value, jwt_value, number_value};
use crate::facts::Facts;
use crate::failure::Failure;
use crate::program::Section;
use crate::run::{Counted, Move, Outcome, Owed, Run};
use crate::statements::cors::Verdict;
use crate::statements::rate_limit::LimitPlan;
use crate::statements::set_header::ACTIONS;
use crate::statements::{set_backend, set_status};
use crate::step::{Action, Step};

impl<'p> Run<'p> {
    /// Begins a step.
    pub(crate) fn begin(
        &mut self,
        step: &'p Step,
        section: Section,
        facts: &dyn Facts,
    ) -> Result<Move<'p>, Failure> {
        let at = &step.place;
        let situation = self.situation(facts);
        Ok(match &step.action {
            // A hole that no broader scope fills: the document stands alone.
            Action::Base => Move::Next,
            Action::When { condition, skip } => {
                let holds = situation.flag(condition)?;
                self.note(|| format!("the condition is {holds}"));
                if holds { Move::Next } else { Move::Leap(*skip) }
            }
            Action::Skip(steps) => Move::Leap(*steps),
            Action::BeginRetry => {
                self.loops.push(0);
                Move::Next
            }
            Action::EndRetry { plan, back } => {
                let tried = self.loops.last().copied().unwrap_or_default() + 1;
                match plan.wait_ms(tried, &situation)? {
                    None => {
                        self.loops.pop();
                        Move::Next
                    }
                    Some(wait_ms) => {
                        if let Some(count) = self.loops.last_mut() {
                            *count = tried;
                        }
                        self.note(|| format!("tries again after {wait_ms} ms"));
                        if wait_ms == 0 {
                            Move::Back(*back)
                        } else {
                            Move::Await(Effect::Wait { ms: wait_ms })
                        }
                    }
                }
            }
            Action::SetVariable { name, value } => {
                let value = situation.kept(value)?;
                self.note(|| format!("`{name}` is set"));
                self.variables.set(name, value);
                Move::Next
            }
            Action::UseCredential(plan) => Move::Ask(plan.effect(at, &situation)?),
            Action::UseBasic(plan) => Move::Ask(plan.effect(&situation)?),
            Action::Return(reply) => Move::End(Effect::Return { reply: Cow::Borrowed(reply), at }),
            Action::ReturnFrom(plan) => {
                Move::End(Effect::Return { reply: Cow::Owned(plan.reply(&situation)?), at })
            }
            Action::Forward(plan) => Move::Ask(plan.effect(&situation)?),
            Action::Call(plan) => {
                let call = Effect::Call(Box::new(plan.call(at, &situation)?));
                if plan.one_way { Move::Ask(call) } else { Move::Await(call) }
            }
            Action::LookUp(plan) => Move::Await(Effect::CacheLookup { key: situation.text(&plan.key)? }),
            Action::Store(plan) => Move::Ask(plan.effect(&situation)?),
            Action::Remove(key) => Move::Ask(Effect::CacheRemove { key: situation.text(key)? }),
            Action::Trace(plan) => Move::Ask(plan.effect(at, &situation)?),
            Action::EmitMetric(plan) => Move::Ask(plan.effect(&situation)?),
            Action::Limit(plan) => Move::Await(Effect::Count(plan.counter(&situation)?)),
            Action::ValidateJwt(plan) => Move::Await(Effect::ValidateJwt(Box::new(plan.checks(&situation)?))),
            Action::ValidateCertificate(plan) => Move::Await(Effect::ValidateCertificate(&plan.checks)),
            Action::CheckHeader(check) => check.judge(&situation).map(|()| Move::Next)?,
            Action::FilterAddress(filter) => filter.judge(&situation).map(|()| Move::Next)?,
            Action::Cors(plan) => match plan.judge(&situation)? {
                Verdict::Pass(headers) => {
                    self.owed.extend(headers.into_iter().map(Owed::Header));
                    Move::Next
                }
                Verdict::Answer(reply) => Move::End(Effect::Return { reply: Cow::Owned(reply), at }),
            },
            _ => self.change(step, section, facts)?,
        })
    }

    /// Begins a step that changes the request or the answer.
    fn change(&mut self, step: &'p Step, section: Section, facts: &dyn Facts) -> Result<Move<'p>, Failure> {
        let target = section.target();
        let situation = self.situation(facts);
        Ok(Move::Ask(match &step.action {
            Action::SetHeader(header) => Effect::SetHeader { target, header: Cow::Borrowed(header) },
            Action::SetHeaderFrom(plan) => {
                Effect::SetHeader { target, header: Cow::Owned(plan.header(&situation)?) }
            }
            Action::SetBody(plan) => {
                let (body, form) = plan.body(target, &situation)?;
                Effect::SetBody { target, body, media_type: None, form }
            }
            Action::SetStatus(plan) => plan.effect(&situation)?,
            Action::SetMethod(method) => {
                Effect::SetMethod { method: set_status::method(method, &situation)? }
            }
            Action::SetBackend(url) => set_backend::effect(url, &step.place, &situation)?,
            Action::RewriteUri(plan) => plan.effect(&situation)?,
            Action::SetQueryParameter { name, action, values } => {
                let values = values.iter().map(|value| situation.text(value)).collect::<Result<_, _>>()?;
                query_effect(situation.text(name)?, situation.choice(action, &ACTIONS)?, values)
            }
            Action::FindAndReplace(plan) => return plan.effect(target, &situation).map(asked),
            Action::Convert(plan) if plan.applies(target, &situation)? => {
                return Ok(Move::Await(Effect::Buffer { target }));
            }
            // All others are in `begin`.
            _ => return Ok(Move::Next),
        }))
    }

    /// Goes on with a step whose effect has an outcome.
    pub(crate) fn resume(
        &mut self,
        step: &'p Step,
        section: Section,
        outcome: Outcome,
        facts: &dyn Facts,
    ) -> Result<Move<'p>, Failure> {
        match (&step.action, outcome) {
            (Action::Call(plan), Outcome::Answered(answer)) => {
                if let Some(name) = &plan.variable {
                    self.note(|| match &answer {
                        Some(answer) => format!("the response has status {}", answer.status),
                        None => "there is no response".to_owned(),
                    });
                    self.variables.set(name, answer_value(answer));
                }
            }
            (Action::LookUp(plan), Outcome::Cached(found)) => {
                self.note(|| if found.is_some() { "found" } else { "not found" }.to_owned());
                let value = match (&found, &plan.default) {
                    (Some(kept), _) => Some(kept.value()),
                    (None, Some(default)) => Some(self.situation(facts).kept(default)?),
                    (None, None) => None,
                };
                if let Some(value) = value {
                    self.variables.set(&plan.variable, value);
                }
            }
            (Action::Limit(plan), Outcome::Counted(counted)) => self.limit(plan, counted, facts)?,
            (Action::ValidateJwt(plan), Outcome::Jwt(judged)) => {
                let judged = judged.as_deref().map_err(|problem| *problem);
                let jwt = plan.judge(judged, &self.situation(facts))?;
                self.note(|| "the token is valid".to_owned());
                if let Some(name) = &plan.variable {
                    self.variables.set(name, jwt_value(jwt));
                }
            }
            (Action::ValidateCertificate(plan), Outcome::Judged(judged)) => {
                self.note(|| match judged {
                    Ok(()) => "the certificate is valid".to_owned(),
                    Err(problem) => format!("the certificate is not valid: {}", problem.in_words()),
                });
                plan.judge(judged)?;
            }
            (Action::Convert(plan), Outcome::Done) => {
                let target = section.target();
                return plan.effect(target, &self.situation(facts)).map(asked);
            }
            (Action::EndRetry { back, .. }, _) => return Ok(Move::Back(*back)),
            // The host has answered something else than was asked: what was asked for isn't known, and
            // nothing may pass that wasn't judged.
            _ => {
                return Err(Failure::hidden("InternalError", "The gateway lost its way in the policy.", 500));
            }
        }
        Ok(Move::Next)
    }

    fn limit(&mut self, plan: &'p LimitPlan, counted: Counted, facts: &dyn Facts) -> Result<(), Failure> {
        let counter = plan.counter(&self.situation(facts))?;
        let (retry_after, remaining) = (counted.retry_after_s, counted.remaining);
        if let Some(name) = &plan.remaining_variable {
            self.variables.set(name, number_value(remaining));
        }
        if let Some(name) = plan.retry_after_variable.as_ref().filter(|_| !counted.allowed) {
            self.variables.set(name, number_value(retry_after));
        }
        self.note(|| format!("{remaining} more requests are allowed"));
        let headers = plan.judge(counted, counter.calls)?;
        self.owed.extend(headers.into_iter().map(Owed::Header));
        if counter.count == Count::Look {
            self.owed.push_back(Owed::Count { plan, counter });
        }
        Ok(())
    }
}

/// What may have nothing to do.
fn asked(effect: Option<Effect<'_>>) -> Move<'_> {
    effect.map_or(Move::Next, Move::Ask)
}

fn query_effect<'p>(name: String, action: HeaderAction, values: Vec<String>) -> Effect<'p> {
    let values = match action {
        HeaderAction::Delete => Vec::new(),
        _ if values.is_empty() => vec![String::new()],
        _ => values,
    };
    Effect::SetQueryParameter { name, action, values }
}
