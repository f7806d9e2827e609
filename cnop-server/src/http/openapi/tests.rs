//! Holds the document to the router and to the table of errors, and to itself.

use std::collections::BTreeSet;

use serde_json::Value;

use super::*;

const METHODS: [&str; 4] = ["get", "post", "put", "delete"];

fn written() -> Value {
    serde_json::from_str(&json()).unwrap()
}

/// Each operation with its method and path.
fn each(document: &Value) -> Vec<(String, &Value)> {
    let paths = document["paths"].as_object().unwrap();
    let operations = paths.iter().flat_map(|(path, item)| {
        let operations = item.as_object().unwrap().iter();
        operations.map(move |(method, operation)| (format!("{method} {path}"), operation))
    });
    operations.collect()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// Every `("/path", get(file::handler).post(file::handler))` of the router, with its handler's name.
fn routes() -> BTreeSet<(String, String)> {
    let mut routes = BTreeSet::new();
    let router: String = include_str!("../router.rs").split_whitespace().collect();
    for (path, handlers) in router.split("(\"/").skip(1).filter_map(|row| row.split_once('"')) {
        let path = format!("/{path}");
        if path.contains("{*") || path.ends_with("{file}") {
            continue; // Files of a page are no operations.
        }
        for method in METHODS {
            let starts = [format!(",{method}("), format!(".{method}(")];
            let rest = starts.iter().find_map(|start| handlers.split_once(start)).map(|(_, rest)| rest);
            if let Some((handler, _)) = rest.and_then(|rest| rest.split_once(')')) {
                let name = handler.rsplit("::").next().unwrap_or(handler);
                routes.insert((format!("{method} {path}"), name.to_owned()));
            }
        }
    }
    routes
}

#[test]
fn the_operations_are_the_routers_routes() {
    let document = written();
    let operations = each(&document).into_iter();
    let described: BTreeSet<_> =
        operations.map(|(route, operation)| (route, text(&operation["operationId"]).to_owned())).collect();
    assert_eq!(described, routes());
}

#[test]
fn every_operation_is_described() {
    let document = written();
    let mut ids = BTreeSet::new();
    let tags: Vec<_> = document["tags"].as_array().unwrap().iter().map(|tag| text(&tag["name"])).collect();
    for (route, operation) in each(&document) {
        assert!(ids.insert(text(&operation["operationId"]).to_owned()), "{route}: its id is another's too");
        let summary = text(&operation["summary"]);
        assert!(!summary.is_empty() && !summary.ends_with('.'), "{route}: summary {summary:?}");
        assert!(tags.contains(&text(&operation["tags"][0])), "{route}: {}", operation["tags"]);
        let responses = operation["responses"].as_object().unwrap();
        assert!(responses.keys().any(|status| status.starts_with('2')), "{route}: no success");
        assert!(responses.values().all(|response| !text(&response["description"]).is_empty()), "{route}");
        let secured = operation["security"].as_array().is_some_and(|ways| !ways.is_empty());
        let token_asked_for =
            text(&responses.get("401").unwrap_or(&Value::Null)["description"]).contains("`token_invalid`");
        assert_eq!(token_asked_for, secured, "{route}: 401 and security go together");
    }
}

#[test]
fn every_answer_has_its_headers() {
    let document = written();
    for (route, operation) in each(&document) {
        for (status, response) in operation["responses"].as_object().unwrap() {
            let has = |name: &str| response["headers"].get(name).is_some();
            let exempt = ["get /health", "get /metrics"].contains(&route.as_str());
            assert!(has("X-Request-ID") && has("X-RateLimit-Remaining"), "{route} {status}");
            assert_eq!(has("WWW-Authenticate"), status == "401", "{route} {status}");
            if ["429", "503"].contains(&status.as_str()) {
                assert_eq!(has("Retry-After"), !exempt, "{route} {status}");
            }
        }
    }
    let order = &document["paths"]["/api/v1/orders"]["post"];
    assert!(order["responses"]["201"]["headers"].get("Idempotency-Replayed").is_some());
    assert!(order["parameters"].to_string().contains("#/components/parameters/Idempotency-Key"));
}

/// The words of `meaning`'s table, which is every code that a client can get.
fn codes_of_the_table() -> BTreeSet<String> {
    let table = include_str!("../meaning.rs").split("fn meaning(").nth(1).unwrap();
    let table = table.split("\n}\n").next().unwrap();
    let known = cnop_core::api::Code::ALL.iter().copied();
    let words = known.filter(|code| table.contains(&format!("Code::{code:?}"))).map(crate::http::meaning::word);
    words.collect()
}

#[test]
fn every_error_stands_where_it_can_happen() {
    let document = written();
    let operations = document["paths"].to_string();
    let everywhere = text(&document["info"]["description"]);
    let table = codes_of_the_table();
    assert_eq!(table.len(), cnop_core::api::Code::ALL.len(), "core knows the codes of the table");
    for code in &table {
        let named = format!("`{code}`");
        assert!(operations.contains(&named) || everywhere.contains(&named), "{code} is nowhere");
    }
}

#[test]
fn every_reference_leads_somewhere() {
    let document = written();
    let mut waiting = vec![&document];
    let mut found = 0;
    while let Some(value) = waiting.pop() {
        match value {
            Value::Object(fields) => {
                if let Some(Value::String(reference)) = fields.get("$ref") {
                    let pointer = reference.strip_prefix('#').unwrap();
                    assert!(document.pointer(pointer).is_some(), "{reference} leads nowhere");
                    found += 1;
                }
                waiting.extend(fields.values());
            }
            Value::Array(items) => waiting.extend(items),
            _ => {}
        }
    }
    assert!(found > 100, "the document refers to its parts");
}

#[test]
fn the_document_is_openapi_3_1_with_its_own_words() {
    let document = written();
    assert!(text(&document["openapi"]).starts_with("3.1."));
    assert_eq!(document["info"]["title"], "CNOP");
    assert_eq!(document["info"]["license"]["identifier"], "MIT");
    assert_eq!(document["components"]["securitySchemes"]["bearer_token"]["scheme"], "bearer");
    let schemas = &document["components"]["schemas"];
    assert_eq!(schemas["Usd"]["type"], "string");
    assert_eq!(schemas["Number_Price"]["type"], "number");
    let required = schemas["Order"]["required"].as_array().unwrap();
    assert_eq!(required.len(), schemas["Order"]["properties"].as_object().unwrap().len());
}
