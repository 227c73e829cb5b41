"""What the audit log says of each route: everything that changes something, and the reads worth noting.

A read is worth noting where it shows somebody's results by name or takes links out of the house.
"""

CHANGES = {
    "POST change_password": "changed their password",
    "POST make_token": "made an API token",
    "POST revoke_token": "revoked an API token",
    "POST cancel_job": "cancelled a job",
    "POST retry_job": "started a job again",
    "POST org_charts": "uploaded an org chart",
    "POST org_chart_activation": "activated an org chart",
    "POST initiatives": "made an initiative",
    "PATCH initiative": "changed an initiative",
    "POST ties": "loaded ties",
    "POST event_logs": "loaded an event log",
    "POST influence:new_log": "loaded an event log",
    "POST influence:new_interactions": "loaded interactions",
    "POST influence:read_log_again": "had an event log read again",
    "POST influence:match_resources": "said who the resources of an event log are",
    "POST influence:forget_match": "forgot who a resource of an event log is",
    "POST influence:delete_log": "deleted an event log",
    "POST influence:stop_reading": "stopped the reading of an event log",
    "POST influence:collaboration": "switched collaboration records on or off",
    "POST influence:recipe": "changed a recipe",
    "POST influence:compare_recipes": "compared recipes",
    "POST analyses": "asked for an analysis",
    "POST orgchart:upload": "uploaded an org chart",
    "POST orgchart:columns": "chose an org chart's columns",
    "POST orgchart:decide": "decided on an org chart's faults",
    "POST orgchart:activate": "activated an org chart",
    "POST orgchart:forget_decisions": "forgot decisions on org charts",
    "POST initiatives:new": "made an initiative",
    "POST initiatives:settings": "changed an initiative's settings",
    "POST initiatives:delete": "deleted an initiative",
    "POST initiatives:scope_count": "",
    "POST influence:export_person": "handed out personal data",
    "POST influence:erase_person": "erased a person",
}
READS = {
    "GET scores": "read scores",
    "GET champions": "read the champion list",
    "GET network": "took the network out",
    "GET influence:person": "looked at one person's results",
    "GET influence:scores_csv": "took scores out",
    "GET influence:champions_csv": "took the champion list out",
    "GET influence:process_csv": "took the handovers of a log out",
    "GET orgchart:people_csv": "took an org chart out",
}
ROUTES = CHANGES | READS
