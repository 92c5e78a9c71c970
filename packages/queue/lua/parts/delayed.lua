-- Scores of BullMQ's list of delayed jobs: times by 4,096, so that it tells jobs of one millisecond apart.
--
-- Defines: SCORES_A_MS

local SCORES_A_MS = 4096
