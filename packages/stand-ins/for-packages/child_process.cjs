'use strict'

const names = 'ChildProcess exec execFile execFileSync execSync fork spawn spawnSync'

module.exports = require('../unavailable.cjs')('child_process', names)
