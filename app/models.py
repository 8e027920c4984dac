"""Every table in one place, for migrations: importing this is what makes `metadata` whole."""

from app.clients import models as clients
from app.db.base import Base
from app.endpoints import models as endpoints
from app.outbox import models as outbox
from app.tasks import models as tasks

TABLES = (clients, tasks, endpoints, outbox)
metadata = Base.metadata
