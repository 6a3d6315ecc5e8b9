"""Where a trainee stands on a pathway, from Python: no server, no database, the arithmetic of the page."""

from datetime import date, timedelta

from angiosuite.assess.requirements import evaluate
from angiosuite.content.loader import load_library
from angiosuite.content.pathway import PathwayItem
from angiosuite.kit.enrolment import Enrolment, Leave
from angiosuite.kit.evidence import CaseRole, Evidence, EvidenceKind, Status


def main() -> None:
    """Print all of the European pathway for a trainee with 160 cases and six months of leave."""
    pathway = load_library().get("pathways", "eu-cirse").item
    assert isinstance(pathway, PathwayItem)
    trainee = Enrolment(
        id="example",
        owner="trainee",
        pathway=pathway.id,
        version=pathway.version,
        start=date(2021, 1, 1),
        leave=(Leave(date(2024, 3, 1), date(2024, 8, 31), "parental"),),
    )
    cases = [
        Evidence(
            id=f"case-{number}",
            owner="trainee",
            kind=EvidenceKind.REAL_CASE,
            on=date(2025, 1, 1) + timedelta(days=4 * number),
            terms=("arterial-embolisation",),
            role=CaseRole.FIRST_SUPERVISED,
            status=Status.SIGNED,
        )
        for number in range(160)
    ]
    for standing in evaluate(pathway, trainee, cases, date(2026, 11, 29)):
        print(f"{standing.state:9} {standing.requirement}: {standing.arithmetic}")


if __name__ == "__main__":
    main()
