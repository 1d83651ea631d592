"""Walks and edits a Datadog with Datadog's own client.

Reads {"base_url", "api_key", "app_key", "read_token", "target"} as JSON from standard input and prints what the client saw as one
JSON object. Every expectation about the client itself is an assert here; what the server holds is judged by the caller.
"""

import json
import sys

from datadog_api_client import ApiClient, Configuration
from datadog_api_client.exceptions import ApiException, ForbiddenException, NotFoundException
from datadog_api_client.v2.api.case_management_api import CaseManagementApi
from datadog_api_client.v2.api.users_api import UsersApi
from datadog_api_client.v2.model.case_assign import CaseAssign
from datadog_api_client.v2.model.case_assign_attributes import CaseAssignAttributes
from datadog_api_client.v2.model.case_assign_request import CaseAssignRequest
from datadog_api_client.v2.model.case_comment import CaseComment
from datadog_api_client.v2.model.case_comment_attributes import CaseCommentAttributes
from datadog_api_client.v2.model.case_comment_request import CaseCommentRequest
from datadog_api_client.v2.model.case_empty import CaseEmpty
from datadog_api_client.v2.model.case_empty_request import CaseEmptyRequest
from datadog_api_client.v2.model.case_priority import CasePriority
from datadog_api_client.v2.model.case_resource_type import CaseResourceType
from datadog_api_client.v2.model.case_sortable_field import CaseSortableField
from datadog_api_client.v2.model.case_status import CaseStatus
from datadog_api_client.v2.model.case_update_priority import CaseUpdatePriority
from datadog_api_client.v2.model.case_update_priority_attributes import CaseUpdatePriorityAttributes
from datadog_api_client.v2.model.case_update_priority_request import CaseUpdatePriorityRequest
from datadog_api_client.v2.model.case_update_status import CaseUpdateStatus
from datadog_api_client.v2.model.case_update_status_attributes import CaseUpdateStatusAttributes
from datadog_api_client.v2.model.case_update_status_request import CaseUpdateStatusRequest

CASE = CaseResourceType("case")


def empty():
    return CaseEmptyRequest(data=CaseEmpty(type=CASE))


def priority(value):
    return CaseUpdatePriorityRequest(
        data=CaseUpdatePriority(type=CASE, attributes=CaseUpdatePriorityAttributes(priority=value))
    )


def status(value):
    return CaseUpdateStatusRequest(data=CaseUpdateStatus(type=CASE, attributes=CaseUpdateStatusAttributes(status=value)))


def assign(user_id):
    return CaseAssignRequest(data=CaseAssign(type=CASE, attributes=CaseAssignAttributes(assignee_id=user_id)))


def comment(text):
    return CaseCommentRequest(data=CaseComment(type=CASE, attributes=CaseCommentAttributes(comment=text)))


def refused(kind, code, call, *arguments):
    """Calls and returns the body of the error that must come."""
    try:
        call(*arguments)
    except kind as error:
        assert error.status == code, (error.status, code)
        return error.body
    raise AssertionError(f"{call.__name__} was not refused")


def read(api, seen):
    seen["walked"] = [case.id for case in api.search_cases_with_pagination(page_size=100)]
    seen["by_tens"] = [case.id for case in api.search_cases_with_pagination(filter="status:closed")]
    oldest = api.search_cases(page_size=3, sort_field=CaseSortableField("created_at"), sort_asc=True)
    seen["oldest"] = [case.id for case in oldest.data]
    page = oldest.meta.page
    assert (page.current, page.size) == (1, 3), page
    by_id = api.get_case(case_id=seen["walked"][7]).data
    by_key = api.get_case(case_id=by_id.attributes.key).data
    assert by_id.id == by_key.id and by_id.attributes.title == by_key.attributes.title
    projects = {project.id for project in api.get_projects().data}
    assert by_id.relationships.project.data.id in projects
    cells = api.list_case_timeline(case_id=by_id.id, page_size=5).data
    assert cells and cells[-1].attributes.type is not None


def write(api, users, seen):
    case_id = seen["target"]
    user = users.list_users(filter="tanaka").data[0]
    seen["user"] = user.id
    answer = api.update_status(case_id=case_id, body=status(CaseStatus("IN_PROGRESS"))).data.attributes
    assert (answer.status.value, answer.status_name) == ("IN_PROGRESS", "In Progress"), answer
    answer = api.update_priority(case_id=case_id, body=priority(CasePriority("P1"))).data.attributes
    assert answer.priority.value == "P1", answer
    assert answer.modified_at >= answer.created_at
    answer = api.assign_case(case_id=case_id, body=assign(user.id)).data
    assert answer.relationships.assignee.data.id == user.id
    answer = api.comment_case(case_id=case_id, body=comment("From the official client: **hello**"))
    seen["cell"] = answer.data[0].id
    assert answer.data[0].attributes.cell_content.message == "From the official client: **hello**"
    answer = api.archive_case(case_id=case_id, body=empty()).data
    assert answer.attributes.archived_at is not None
    assert case_id not in [case.id for case in api.search_cases_with_pagination(page_size=100)]
    answer = api.unarchive_case(case_id=case_id, body=empty()).data
    assert answer.attributes.get("archived_at") is None
    assert api.unassign_case(case_id=case_id, body=empty()).data.relationships.get("assignee") is None


def errors(api, reader, seen):
    case_id = seen["target"]
    unknown = "00000000-0000-4000-8000-000000000000"
    seen["errors"] = {
        "unknown case": refused(NotFoundException, 404, api.get_case, unknown),
        "unknown case changed": refused(NotFoundException, 404, api.archive_case, unknown, empty()),
        "empty comment": refused(ApiException, 400, api.comment_case, case_id, comment("")),
        "assignee is no id": refused(ApiException, 400, api.assign_case, case_id, assign("aiko@example.org")),
        "no such path id": refused(ApiException, 400, api.get_case, "nonsense"),
        "read only": refused(ForbiddenException, 403, reader.update_priority, case_id, priority(CasePriority("P2"))),
    }


def main():
    given = json.load(sys.stdin)
    configuration = Configuration(host=given["base_url"])
    configuration.api_key["apiKeyAuth"] = given["api_key"]
    configuration.api_key["appKeyAuth"] = given["app_key"]
    reading = Configuration(host=given["base_url"])
    reading.api_key["apiKeyAuth"] = given["api_key"]
    reading.api_key["appKeyAuth"] = given["read_token"]
    seen = {"target": given["target"]}
    with ApiClient(configuration) as client, ApiClient(reading) as read_client:
        api = CaseManagementApi(client)
        read(api, seen)
        write(api, UsersApi(client), seen)
        errors(api, CaseManagementApi(read_client), seen)
    json.dump(seen, sys.stdout, default=str)


if __name__ == "__main__":
    main()
