"""Where Alembic starts: run the migrations on the connection that `cloud.store.migrate` hands over."""

from alembic import context

from cloud.store.tables import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
context.run_migrations()
