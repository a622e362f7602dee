-- A trigger refuses what no CHECK can see: a change of a row that was final.
-- Capital words at the begin and the end of it are replaced by db per dialect.

REFUSALS;

CREATE TRIGGER reservations_end_once BEFORE UPDATE ON reservations FOR EACH ROW WHEN (OLD.state <> 'active')
REFUSING 'reservations: one that has ended does not change' ENDS;
