/* Exports known by their header, and mappings for files nobody knows. */
#include "ceilings.h"
#include "check.h"
#include "shared.h"
#include "tab_detect.h"
#include "tab_layout.h"

static struct arena *a;
static struct str names[MAX_CSV_COLUMNS];
static size_t n;

static void header(const char *line)
{
    struct str rest = str_of(line), one;

    arena_free(a);
    a = arena_new(MAX_ARENA);
    for (n = 0; str_next(&rest, ',', &one);)
        names[n++] = arena_str(a, one);
}

static void maps(const struct tab_layout *l, const char *column, const char *want)
{
    for (size_t i = 0; i < n; i++)
        if (str_is(names[i], column)) {
            const struct tab_suggestion *c = &l->columns[i];
            char got[100];
            snprintf(got, sizeof(got), "%s%s%s%s", c->field ? c->field : "-", c->match ? " by " : "",
                     c->match ? c->match : "", c->create ? " or new" : "");
            if (c->part)
                snprintf(got + strlen(got), sizeof(got) - strlen(got), " part %d", c->part);
            if (c->also)
                snprintf(got + strlen(got), sizeof(got) - strlen(got), " and %s", c->also);
            if (strcmp(got, want) != 0)
                fail_msg("%s: got \"%s\", want \"%s\"", column, got, want);
            return;
        }
    fail_msg("no column %s", column);
}

static void unknown_files(void **state)
{
    (void)state;
    struct tab_layout l;

    header("opportunity_id,sales_agent,product,account,deal_stage,engage_date,close_date,close_value");
    tab_layout(a, names, n, NULL, &l);
    assert_null(l.key);
    assert_string_equal(l.kind, "deals");
    assert_string_equal(l.id, "external_id");
    maps(&l, "opportunity_id", "external_id");
    maps(&l, "sales_agent", "owner_id by name or new");
    maps(&l, "product", "-");
    maps(&l, "account", "organisation_id by name or new");
    maps(&l, "deal_stage", "stage_id by name");
    maps(&l, "engage_date", "opened_at");
    maps(&l, "close_date", "closed_at");
    maps(&l, "close_value", "value");

    header("account,sector,year_established,revenue,employees,office_location,subsidiary_of");
    tab_layout(a, names, n, NULL, &l);
    assert_string_equal(l.kind, "organisations");
    assert_string_equal(l.id, "name");
    maps(&l, "account", "name");
    maps(&l, "sector", "industry");
    maps(&l, "employees", "size");
    maps(&l, "office_location", "address");

    header("product,series,sales_price");
    tab_layout(a, names, n, NULL, &l);
    assert_string_equal(l.kind, "products");
    maps(&l, "product", "name");
    maps(&l, "sales_price", "price");

    header("Full Name,E-Mail,Mobile,Company,Position");
    tab_layout(a, names, n, NULL, &l);
    assert_string_equal(l.kind, "people");
    assert_string_equal(l.id, "email");
    tab_layout(a, names, n, "organisations", &l);
    assert_string_equal(l.kind, "organisations");
    maps(&l, "Company", "name");

    header("Titel,Größe,xyz");
    tab_layout(a, names, n, NULL, &l);
    assert_null(l.kind);
    assert_int_equal(l.mapped, 0);
    tab_layout(a, names, 0, NULL, &l);
    assert_null(l.kind);
}

static const struct {
    const char *file, *key, *kind;
} exports[] = {
    {"google_calendar_csv", "google-calendar", "activities"},
    {"google_contacts_2024", "google-contacts", "people"},
    {"google_contacts_until_2024", "google-contacts", "people"},
    {"google_outlook_csv", "outlook-contacts", "people"},
    {"hubspot_companies_default_view", "hubspot-companies", "organisations"},
    {"hubspot_contacts_all_properties", "hubspot-contacts", "people"},
    {"hubspot_contacts_default_view", "hubspot-contacts", "people"},
    {"hubspot_deals", "hubspot-deals", "deals"},
    {"hubspot_deals_default_view", "hubspot-deals", "deals"},
    {"hubspot_notes", "hubspot-notes", "notes"},
    {"hubspot_notes_full", "hubspot-notes", "notes"},
    {"hubspot_tasks", "hubspot-tasks", "activities"},
    {"linkedin_connections", "linkedin-connections", "people"},
    {"outlook_com_csv", "outlook-contacts", "people"},
    {"pipedrive_activities", "pipedrive-activities", "activities"},
    {"pipedrive_deals", "pipedrive-deals", "deals"},
    {"pipedrive_import_template", "pipedrive-template", "deals"},
    {"pipedrive_leads", "pipedrive-leads", "deals"},
    {"pipedrive_notes", "pipedrive-notes", "notes"},
    {"pipedrive_organizations", "pipedrive-organisations", "organisations"},
    {"pipedrive_persons", "pipedrive-people", "people"},
    {"pipedrive_persons_older", "pipedrive-people", "people"},
    {"salesforce_activity_report", "salesforce-activities", "activities"},
    {"salesforce_contact_report", "salesforce-contacts", "people"},
    {"salesforce_contact_report_2", "salesforce-contacts", "people"},
    {"salesforce_export_account", "salesforce-accounts", "organisations"},
    {"salesforce_export_contact", "salesforce-contacts", "people"},
    {"salesforce_export_lead", "salesforce-leads", "people"},
    {"salesforce_export_opportunity", "salesforce-opportunities", "deals"},
    {"salesforce_export_task", "salesforce-tasks", "activities"},
    {"salesforce_opportunity_report", "salesforce-opportunities", "deals"},
    {"salesforce_opportunity_report_default", "salesforce-opportunities", "deals"},
    {"salesforce_opportunity_report_multicurrency", "salesforce-opportunities", "deals"},
    {"salesforce_report_prefixed", "salesforce-contacts", "people"},
    {"zoho_accounts", "zoho-accounts", "organisations"},
    {"zoho_contacts", "zoho-contacts", "people"},
    {"zoho_deals", "zoho-deals", "deals"},
};

static bool read_export(const char *file)
{
    char path[100];
    struct tab_source src;
    struct tab_report *rep;
    struct err err = {0};

    snprintf(path, sizeof(path), "header-layouts/%s.csv", file);
    const char *found = shared(path);
    if (!found)
        return false;
    arena_free(a);
    a = arena_new(MAX_ARENA);
    assert_int_equal(tab_source_open(&src, found, &err), 0);
    assert_int_equal(tab_detect(a, &src, &rep, &err), 0);
    tab_source_close(&src);
    assert_true(rep->has_header);
    assert_int_equal(rep->rows, 0);
    for (n = 0; n < rep->n; n++)
        names[n] = rep->columns[n].name;
    return true;
}

static void known_exports(void **state)
{
    (void)state;
    struct tab_layout l, guessed;

    for (size_t i = 0; i < sizeof(exports) / sizeof(exports[0]); i++) {
        if (!read_export(exports[i].file))
            return;
        tab_layout(a, names, n, NULL, &l);
        if (!l.key || strcmp(l.key, exports[i].key) != 0 || strcmp(l.kind, exports[i].kind) != 0)
            fail_msg("%s: got %s, %s", exports[i].file, l.key ? l.key : "-", l.kind ? l.kind : "-");
        if (l.mapped < 3)
            fail_msg("%s: only %d columns mapped", exports[i].file, (int)l.mapped);
        tab_layout(a, names, n, exports[i].kind, &guessed);
        assert_int_equal(guessed.mapped, l.mapped);
    }
}

static void mappings(void **state)
{
    (void)state;
    struct tab_layout l;

    if (!read_export("pipedrive_deals"))
        return;
    tab_layout(a, names, n, NULL, &l);
    maps(&l, "Deal - ID", "external_id");
    maps(&l, "Deal - Title", "title");
    maps(&l, "Deal - Currency of Value", "currency");
    maps(&l, "Deal - Organization", "organisation_id by name or new");
    maps(&l, "Deal - Organization ID", "-");
    maps(&l, "Deal - Contact person", "person_id by name or new");
    maps(&l, "Deal - Status", "status");
    maps(&l, "Deal - Deal created", "opened_at");
    maps(&l, "Deal - Deal closed on", "closed_at");
    maps(&l, "Deal - Won time", "-");
    maps(&l, "Deal - Lost reason", "lost_reason_id by name or new");
    maps(&l, "Deal - Expected close date", "expected_close_date");
    maps(&l, "Deal - Source channel", "source_id by name or new");
    maps(&l, "Deal - Weighted value", "-");

    read_export("hubspot_deals");
    tab_layout(a, names, n, NULL, &l);
    maps(&l, "Record ID", "external_id");
    maps(&l, "Close Date", "expected_close_date and closed_at");
    maps(&l, "Deal owner", "owner_id by name or new");
    maps(&l, "Pipeline", "pipeline_id by name");

    read_export("salesforce_export_opportunity");
    tab_layout(a, names, n, NULL, &l);
    maps(&l, "AccountId", "organisation_id by external_id");
    maps(&l, "CloseDate", "expected_close_date and closed_at");
    maps(&l, "StageName", "stage_id by name");
    maps(&l, "OwnerId", "-");

    read_export("salesforce_opportunity_report");
    tab_layout(a, names, n, NULL, &l);
    maps(&l, "Opportunity ID (18 Digit)", "external_id");
    maps(&l, "Probability (%)", "probability");
    maps(&l, "Primary Contact", "person_id by name or new");

    read_export("google_contacts_2024");
    tab_layout(a, names, n, NULL, &l);
    maps(&l, "First Name", "name part 1");
    maps(&l, "Middle Name", "name part 2");
    maps(&l, "Last Name", "name part 3");
    maps(&l, "E-mail 1 - Value", "email");
    maps(&l, "Phone 1 - Value", "phone");
    maps(&l, "Organization Name", "organisation_id by name or new");
    maps(&l, "Organization Title", "job_title");
    maps(&l, "Labels", "tags");

    read_export("outlook_com_csv");
    tab_layout(a, names, n, NULL, &l);
    maps(&l, "Title", "-");
    maps(&l, "Job Title", "job_title");
    maps(&l, "Business Phone", "phone");
    maps(&l, "Company", "organisation_id by name or new");

    read_export("salesforce_report_prefixed");
    tab_layout(a, names, n, NULL, &l);
    maps(&l, "Contact: Contact ID", "external_id");
    maps(&l, "Contact: Last Name", "name part 3");
    maps(&l, "Account: Account Name", "organisation_id by name or new");

    read_export("pipedrive_import_template");
    tab_layout(a, names, n, NULL, &l);
    maps(&l, "Deal - Title", "title");
    maps(&l, "Person - Name*", "person_id by name or new");
    maps(&l, "Organization - Name*", "organisation_id by name or new");
    maps(&l, "Organization - Address", "-");

    read_export("pipedrive_notes");
    tab_layout(a, names, n, NULL, &l);
    maps(&l, "Content", "body");
    maps(&l, "Deal title", "deal_id by title");
    maps(&l, "User", "owner_id by name or new");
    maps(&l, "Note is pinned to deal", "pinned");

    read_export("google_calendar_csv");
    tab_layout(a, names, n, NULL, &l);
    maps(&l, "Start Date", "due_at part 1");
    maps(&l, "Start Time", "due_at part 2");

    read_export("zoho_accounts");
    tab_layout(a, names, n, NULL, &l);
    maps(&l, "Billing Street", "address part 1");
    maps(&l, "Billing City", "address part 3");
}

/* Without their vendor's mark, exports still show their kind. */
static void kinds_alone(void **state)
{
    (void)state;
    static const struct {
        const char *line, *kind;
    } files[] = {
        {"ID,Deal,Amount,Stage,Owner", "deals"},
        {"Name,Domain,Industry,Employees,Phone", "organisations"},
        {"Name,Email,Phone,Job title,Company", "people"},
        {"Subject,Due date,Type,Done,Assigned to,Deal", "activities"},
        {"Note,Deal,Author", "notes"},
        {"Deal - Title,Deal - Value,Person - Name,Organization - Name", "deals"},
        {"Person - Name,Person - Email,Organization - Name", "people"},
        {"SKU,Name,Price,Currency", "products"},
    };
    struct tab_layout l;

    for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
        header(files[i].line);
        tab_layout(a, names, n, NULL, &l);
        assert_null(l.key);
        if (!l.kind || strcmp(l.kind, files[i].kind) != 0)
            fail_msg("%s: got %s", files[i].line, l.kind ? l.kind : "-");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(unknown_files),
        cmocka_unit_test(known_exports),
        cmocka_unit_test(mappings),
        cmocka_unit_test(kinds_alone),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    arena_free(a);
    return failed;
}
