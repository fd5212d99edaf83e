use folkmoot::domain::link::Link;

#[test]
fn links_lead_to_the_web_or_the_pages_own_site_only() {
    let safe = |href: &str| Link::new(href).is_some();
    assert!(["/rules", "#form", "?tab=1", "https://a.example", "HTTP://a.example"].iter().all(|h| safe(h)));
    let bad =
        ["javascript:alert(1)", " javascript:x", "java\nscript:x", "data:text/html,x", "vbscript:x", "", "é"];
    assert!(!bad.iter().any(|h| safe(h)));
}
