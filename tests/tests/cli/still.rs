//! Answers that stand still: the market's figures change by the second, and a layout depends on their widths.

/// The body of a route, without its query; `None` where the real server shall answer.
pub(crate) fn answer(route: &str) -> Option<&'static str> {
    let route = route.split('?').next().unwrap_or_default();
    let body = match route.strip_prefix("GET /api/v1/")? {
        "inventory/assets" => ASSETS,
        "orders" => ORDERS,
        "balance/transactions" => TRANSACTIONS,
        "inventory/assets/BTC/candles" => CANDLES,
        "portfolio" => PORTFOLIO,
        "insights/portfolio" => INSIGHT,
        _ => return None,
    };
    Some(body)
}

pub(crate) const ASSETS: &str = r#"{"data":[
{"asset_id":"BTC","name":"Bitcoin","description":"","category":"","price_usd":84110.52,"is_active":true,"symbol":"btc",
"image":null,"market_cap_rank":1,"price_change_percentage_24h":0.981,"market_cap":1664389000000,
"total_volume_24h":null,"price_updated_at":null,"stale":false},
{"asset_id":"PEPE","name":"Pepe the Frog","description":"","category":"","price_usd":0.000012967312,"is_active":false,
"symbol":"pepe","image":null,"market_cap_rank":null,"price_change_percentage_24h":null,"market_cap":null,
"total_volume_24h":null,"price_updated_at":null,"stale":true}],
"total_count":2,"active_count":1}"#;

pub(crate) const CANDLES: &str = r#"{"data":[
{"time":"2026-02-15T06:00:00.000Z","open":84110.52,"high":84900.1,"low":83999,"close":84512.25,"volume":2660000000},
{"time":"2026-02-15T07:00:00.000Z","open":84512.25,"high":84512.25,"low":84512.25,"close":84512.25,"volume":null},
{"time":"2026-02-15T08:00:00.000Z","open":84512.25,"high":84513,"low":0.000012967312,"close":80000,"volume":0}],
"interval":"1h"}"#;

pub(crate) const ORDERS: &str = r#"{"data":[
{"order_id":"order_38GBM6DAO0000","order_type":"market_sell","asset_id":"ETH","quantity":"0.2","price":"2111.119",
"status":"completed","total_amount":"422.2238","created_at":"2026-02-15T08:00:00.000Z","limit_price":null,
"executed_at":"2026-02-15T08:00:00.000Z","expires_at":null,"held_amount":null},
{"order_id":"order_38GBM6DA00000","order_type":"market_buy","asset_id":"BTC","quantity":"0.00594455","price":"84110.52",
"status":"completed","total_amount":"499.99919167","created_at":"2026-02-15T07:00:00.000Z","limit_price":null,
"executed_at":"2026-02-15T07:00:00.000Z","expires_at":null,"held_amount":null}],
"has_more":false,"next_cursor":null}"#;

pub(crate) const TRANSACTIONS: &str = r#"{"transactions":[
{"transaction_id":"txn_38GBM6DAO0000","transaction_type":"order_payment","amount":"-499.99919167","status":"completed",
"created_at":"2026-02-15T07:00:00.000Z","description":"Bought 0.00594455 BTC at $84,110.52",
"reference_id":"order_38GBM6DA00000","balance_after":"9500.00080833"},
{"transaction_id":"txn_38GBM6DAN0000","transaction_type":"deposit","amount":"10000","status":"completed",
"created_at":"2026-02-15T06:00:00.000Z","description":"Deposit","reference_id":null,"balance_after":"10000"}],
"total_count":2,"next_cursor":null}"#;

pub(crate) const PORTFOLIO: &str = r#"{"assets":[
{"asset_id":"ETH","quantity":"0.3","current_price":"2111.119","market_value":"633.3357","percentage":"6.33",
"average_cost":"2111.119","unrealized_pnl":"0","unrealized_pnl_percentage":"0.00","day_change":"13.1928","stale":false},
{"asset_id":"BTC","quantity":"0.00594455","current_price":"84110.52","market_value":"499.99919166","percentage":"5.00",
"average_cost":"84110.52000067","unrealized_pnl":"-0.00000001","unrealized_pnl_percentage":"0.00","day_change":"4.83969594",
"stale":false}],
"cash_balance":"8866.66510833","total_value":"9999.99999999","total_unrealized_pnl":"-0.00000001",
"day_change":"18.03249594","as_of":"2026-02-15T08:00:00.000Z"}"#;

pub(crate) const INSIGHT: &str = r#"{"data":{"summary":"Your portfolio is worth $9,999.99 and most of it is cash. Ether is its largest asset. It fell by a hundred-millionth of a dollar, which is nothing to worry about.",
"generated_at":"2026-02-15T08:00:00.000Z","model":"local-summary-1"}}"#;
