//! The form of a server function, read whole and judged before Leptos sees it: what can't be read is said on a page.

use std::time::Duration;

use app::error::PageError;
use axum::body::{Body, Bytes};
use axum::extract::Request;
use axum::http::Method;
use axum::http::header::CONTENT_TYPE;
use http_body_util::BodyExt as _;
use tokio::time::timeout;

/// The same request with its form in memory.
pub(crate) async fn read(request: Request) -> Result<Request, PageError> {
    if request.method() == Method::GET || request.method() == Method::HEAD {
        return Ok(request);
    }
    if !is_form(&request) {
        return Err(PageError::Invalid);
    }
    let (parts, body) = request.into_parts();
    let form = timeout(WHOLE, whole(body)).await.map_err(|_| PageError::TooSlow)??;
    if !is_text(&form) {
        return Err(PageError::Invalid);
    }
    Ok(Request::from_parts(parts, Body::from(form)))
}

fn is_form(request: &Request) -> bool {
    let kind = request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim();
    kind.eq_ignore_ascii_case("application/x-www-form-urlencoded")
}

/// What is too much is read all the same, within reason, and thrown away: a browser shows a response only after it
/// could send everything.
async fn whole(mut body: Body) -> Result<Bytes, PageError> {
    let mut form: Vec<u8> = Vec::new();
    let mut read = 0;
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|_| PageError::Invalid)?;
        let Ok(data) = frame.into_data() else { continue };
        read += data.len();
        if read > DISCARD_BYTES {
            break;
        }
        if read <= FORM_LIMIT_BYTES {
            form.extend_from_slice(&data);
        } else {
            form = Vec::new();
        }
    }
    if read > FORM_LIMIT_BYTES {
        return Err(PageError::TooLarge { limit_bytes: FORM_LIMIT_BYTES });
    }
    Ok(form.into())
}

/// Whether names and values are UTF-8 once they are decoded (URL Standard, 5.1).
fn is_text(form: &[u8]) -> bool {
    let mut decoded = Vec::with_capacity(form.len());
    let mut rest = form;
    while let Some((byte, after)) = rest.split_first() {
        match (byte, after) {
            (b'%', [high, low, after @ ..]) if high.is_ascii_hexdigit() && low.is_ascii_hexdigit() => {
                let digit = |byte: &u8| char::from(*byte).to_digit(16).unwrap_or_default();
                decoded.push(u8::try_from(digit(high) * 16 + digit(low)).unwrap_or_default());
                rest = after;
            }
            _ => {
                decoded.push(*byte);
                rest = after;
            }
        }
    }
    std::str::from_utf8(&decoded).is_ok()
}

const FORM_LIMIT_BYTES: usize = 1 << 20;
const DISCARD_BYTES: usize = 32 << 20;
const WHOLE: Duration = Duration::from_secs(60);

#[cfg(test)]
mod tests {
    use super::is_text;

    #[test]
    fn a_form_is_text_once_it_is_decoded() {
        assert!(is_text(b"a=%EA%B0%80&b=50%&c=%zz"));
        assert!(!is_text(b"a=%ff") && !is_text(b"a=\xff") && !is_text(b"a=%EA%B0"));
    }
}
