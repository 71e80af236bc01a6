//! In place of the forms to sign in with, where the browser would not keep the session: what to do instead.

use std::net::SocketAddr;

use leptos::prelude::*;

use crate::components::notice::{Callout, Tone};
use crate::layout::CardPage;
use crate::session::language;

/// Where the portal is found on the machine that it runs on, such as `http://127.0.0.1:8080`; `None` if it listens on
/// other addresses only. It goes into the context.
#[derive(Clone, Debug, Default)]
pub struct PortalAddress(Option<String>);

impl PortalAddress {
    /// Of a portal that listens there.
    #[must_use]
    pub fn listening_on(address: SocketAddr) -> Self {
        Self(match address.ip() {
            ip if ip.is_loopback() => Some(format!("http://{address}")),
            ip if ip.is_unspecified() => Some(format!("http://localhost:{}", address.port())),
            _ => None,
        })
    }
}

/// The page.
#[component]
pub fn NeedsHttps(title: String) -> impl IntoView {
    let l = language();
    #[cfg(feature = "ssr")]
    crate::answer::set_status(crate::error::NEEDS_HTTPS);
    let here = use_context::<PortalAddress>().unwrap_or_default().0.map(|address| {
        view! {
            <li>
                {l.say("On the machine that Postern runs on, open ", "Postern을 실행하는 컴퓨터에서 여세요: ")}
                <code class="font-mono">{address}</code>
            </li>
        }
    });
    view! {
        <CardPage title=title>
            <Callout tone=Tone::Bad>
                <p>
                    {l.say(
                        "The portal needs https. This page was opened over plain http from another machine. Browsers don't keep the session there, so you can't sign in.",
                        "포털에는 https가 필요합니다. 이 페이지는 다른 컴퓨터에서 일반 http로 열렸습니다. 이 경우 브라우저가 세션을 유지하지 않으므로 로그인할 수 없습니다.",
                    )}
                </p>
            </Callout>
            <p>{l.say("Do one of the following:", "다음 중 한 가지 방법을 사용하세요.")}</p>
            <ul class="flex list-disc flex-col gap-1.5 ps-5">
                <li>
                    {l.say(
                        "Open the portal by its https:// address. If it has none yet, put a TLS proxy in front of it; the settings portal.listen and portal.trusted-proxies in docs/configuration.md are about that.",
                        "포털의 https:// 주소로 여세요. 아직 없다면 앞에 TLS 프록시를 두세요. docs/configuration.md의 portal.listen과 portal.trusted-proxies 설정을 참고하세요.",
                    )}
                </li>
                {here}
            </ul>
        </CardPage>
    }
}

#[cfg(test)]
mod tests {
    use super::PortalAddress;

    #[test]
    fn the_address_on_the_machine_itself_is_known_where_the_portal_listens_there() {
        let told = |address: &str| PortalAddress::listening_on(address.parse().unwrap()).0;
        assert_eq!(told("127.0.0.1:8080").as_deref(), Some("http://127.0.0.1:8080"));
        assert_eq!(told("[::]:8080").as_deref(), Some("http://localhost:8080"));
        assert_eq!(told("192.168.0.7:8080"), None);
    }
}
