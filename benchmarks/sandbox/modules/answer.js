exports.answer = (input) => ({ answer: input.question.length })
