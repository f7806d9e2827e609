//! Pages for people: what is here, the interactive reference of the API, and a page for each error.
//!
//! All of it is in the binary; a browser needs no other host, and is told to ask none.

use std::borrow::Cow;
use std::sync::{Arc, LazyLock};

use axum::body::Bytes;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use cnop_core::api::Code;
use utoipa_swagger_ui::Config;

use super::extract::Segment;
use super::meaning::{Meaning, meaning, word};
use super::openapi;
use super::problem::{ApiError, ApiResult, route_not_found};

/// Pages that run nothing: text, and one sheet of style.
const PAGE_POLICY: &str =
    "default-src 'none'; style-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";
/// The reference runs its own scripts and asks this server alone. Its icons stand in its style sheet as data.
const REFERENCE_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
    font-src 'self'; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";
/// Files of the reference change with the binary alone.
const FOR_A_DAY: HeaderValue = HeaderValue::from_static("public, max-age=86400");
const REFERENCE: &str = r##"<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>CNOP API</title>
<link rel="stylesheet" href="/docs/swagger-ui.css">
<link rel="icon" type="image/png" href="/docs/favicon-32x32.png" sizes="32x32">
</head>
<body>
<div id="swagger-ui"></div>
<script src="/docs/swagger-ui-bundle.js"></script>
<script src="/docs/swagger-ui-standalone-preset.js"></script>
<script src="/docs/swagger-initializer.js"></script>
</body>
</html>
"##;
const STYLE: &str = "\
body { font: 16px/1.5 system-ui, sans-serif; max-width: 44rem; margin: 3rem auto; padding: 0 1rem; color: #1b1f24; background: #fff }
code { font-family: ui-monospace, monospace; background: #f2f4f7; padding: 0 .25em; border-radius: 3px }
a { color: #0550ae }
table { border-collapse: collapse; width: 100% }
td, th { text-align: left; padding: .25rem .75rem .25rem 0; border-bottom: 1px solid #e3e6ea; vertical-align: top }
@media (prefers-color-scheme: dark) {
  body { color: #e6e9ed; background: #14171b } code { background: #23282f } a { color: #79b8ff } td, th { border-color: #2b3138 }
}
";

/// What stands at the server's root.
///
/// A page of links to everything that helps to use the server.
#[utoipa::path(get, path = "/", tag = "docs", responses((status = 200, description = "The page", content_type = "text/html")))]
pub(super) async fn get_index() -> Response {
    let version = env!("CARGO_PKG_VERSION");
    let body = format!(
        "<p>A trading server to learn and test on, version {version}.</p>\n<ul>\n\
        <li><a href=\"/docs\">API reference</a>, to read and to try</li>\n\
        <li><a href=\"/api/v1/openapi.json\">OpenAPI document</a>, for programs</li>\n\
        <li><a href=\"/docs/errors\">Errors</a>: what each means and what to do</li>\n\
        <li><a href=\"/health\">Health</a></li>\n</ul>"
    );
    page("CNOP", &body)
}

/// The OpenAPI document.
///
/// Every route, field, header and error, in OpenAPI 3.1.
#[utoipa::path(get, path = "/api/v1/openapi.json", tag = "docs",
    responses((status = 200, description = "The document", content_type = "application/json")))]
pub(super) async fn get_openapi() -> Response {
    static DOCUMENT: LazyLock<String> = LazyLock::new(openapi::json);
    ([(header::CONTENT_TYPE, HeaderValue::from_static("application/json"))], DOCUMENT.as_str()).into_response()
}

/// The interactive reference.
///
/// Swagger UI on the OpenAPI document, from the binary alone.
#[utoipa::path(get, path = "/docs", tag = "docs", responses((status = 200, description = "The page", content_type = "text/html")))]
pub(super) async fn get_reference() -> Response {
    html(REFERENCE.to_owned(), REFERENCE_POLICY)
}

/// A file of the reference.
pub(super) async fn get_reference_file(Segment(name): Segment) -> ApiResult<Response> {
    static CONFIG: LazyLock<Arc<Config<'static>>> = LazyLock::new(|| {
        Arc::new(
            Config::from("/api/v1/openapi.json")
                .use_base_layout()
                .try_it_out_enabled(true)
                .deep_linking(true)
                .validator_url("none"),
        )
    });
    if name == "page.css" {
        return Ok(file("text/css; charset=utf-8", STYLE.into()));
    }
    let found = utoipa_swagger_ui::serve(&name, Arc::clone(&CONFIG));
    match found.ok().flatten().filter(|_| name != "index.html" && !name.is_empty()) {
        Some(found) => {
            let bytes = match found.bytes {
                Cow::Borrowed(bytes) => Bytes::from_static(bytes), // However many read it, slowly, it is there once.
                Cow::Owned(bytes) => bytes.into(),
            };
            let mut response = file(&found.content_type, bytes);
            if found.gzpipped {
                response.headers_mut().insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
            }
            Ok(response)
        }
        None => Err(route_not_found().await),
    }
}

fn file(kind: &str, bytes: Bytes) -> Response {
    let kind = HeaderValue::from_str(kind).unwrap_or(HeaderValue::from_static("application/octet-stream"));
    ([(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, FOR_A_DAY)], bytes).into_response()
}

/// Every error.
///
/// A page with all codes, their statuses and titles.
#[utoipa::path(get, path = "/docs/errors", tag = "docs",
    responses((status = 200, description = "The page", content_type = "text/html")))]
pub(super) async fn list_errors() -> Response {
    let row = |code: &Code| {
        let (Meaning { status, title, .. }, word) = (meaning(*code), word(*code));
        format!(
            "<tr><td>{}</td><td><a href=\"/docs/errors/{word}\"><code>{word}</code></a></td><td>{title}</td></tr>\n",
            status.as_u16()
        )
    };
    let rows: String = Code::ALL.iter().map(row).collect();
    page("Errors", &format!("<table>\n<tr><th>Status</th><th>Code</th><th>Title</th></tr>\n{rows}</table>"))
}

/// What an error means.
///
/// A page that says when the error comes and what to do: every `type` of a problem leads here.
#[utoipa::path(get, path = "/docs/errors/{code}", tag = "docs",
    params(("code" = String, Path, description = "The error's code")),
    responses((status = 200, description = "The page", content_type = "text/html")))]
pub(super) async fn get_error(Segment(name): Segment) -> ApiResult<Response> {
    let code = Code::ALL.iter().copied().find(|code| word(*code) == name);
    let code = code
        .ok_or_else(|| ApiError::new(Code::RouteNotFound, "There is no error of this name. /docs/errors lists all."))?;
    let Meaning { status, title, cause, remedy } = meaning(code);
    let body = format!(
        "<p>Status <code>{}</code>, code <code>{name}</code>.</p>\n<h2>When it comes</h2>\n<p>{cause}</p>\n\
        <h2>What to do</h2>\n<p>{remedy}</p>\n<p><a href=\"/docs/errors\">All errors</a></p>",
        status.as_u16()
    );
    Ok(page(title, &body))
}

/// A page. What stands in it is our own text alone.
fn page(title: &str, body: &str) -> Response {
    let text = format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
        <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>{title}</title>\n\
        <link rel=\"stylesheet\" href=\"/docs/page.css\">\n</head>\n<body>\n<h1>{title}</h1>\n{body}\n</body>\n</html>\n"
    );
    html(text, PAGE_POLICY)
}

fn html(text: String, policy: &'static str) -> Response {
    const POLICY: HeaderName = header::CONTENT_SECURITY_POLICY;
    let kind = HeaderValue::from_static("text/html; charset=utf-8");
    (StatusCode::OK, [(header::CONTENT_TYPE, kind), (POLICY, HeaderValue::from_static(policy))], text).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_error_says_when_it_comes_and_what_to_do() {
        for code in Code::ALL {
            let Meaning { title, cause, remedy, .. } = meaning(*code);
            assert!(!title.ends_with('.') && cause.ends_with('.') && remedy.ends_with('.'), "{code:?}");
            assert!(!format!("{title}{cause}{remedy}").contains(['<', '&']), "{code:?} stands in a page as it is");
        }
    }
}
